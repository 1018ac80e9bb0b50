package modicum.marketplace.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import modicum.executor.Executor;
import modicum.executor.LocalImage;
import modicum.executor.check.MachineLoad;
import modicum.executor.sandbox.Conditions;
import modicum.executor.sandbox.Profile;

/**
 * Everyday programs, in plain Docker and in the sandbox: do they come to the same when run again,
 * and when run at another time, with other CPUs, on a busy machine? And what does the sandbox cost?
 */
public final class DeterminismBench {
  private static final int CPUS = 2;
  private static final List<String> WORK =
      List.of("sh", "-c", "gawk 'BEGIN{for(i=0;i<160000000;i++)s+=i*i}'");
  private static final List<String> NOTHING = List.of("true");

  private final PlainDocker plain;
  private final SandboxedRuns sandboxed;
  private final Consumer<String> progress;

  /** A run of either kind. */
  private interface Run {
    Optional<String> run() throws InterruptedException;
  }

  /**
   * @param executor one that looks often, or its looking is what is measured
   * @param image with the programs
   * @param scratch folder that the engine sees too
   */
  public DeterminismBench(
      Executor executor, LocalImage image, Path scratch, Consumer<String> progress) {
    this.plain = new PlainDocker(image.name(), scratch);
    this.sandboxed = new SandboxedRuns(executor, image, CPUS);
    this.progress = progress;
  }

  /**
   * @param pairs how many pairs of runs the costs are measured with
   */
  public DeterminismReport measure(int pairs) throws InterruptedException {
    List<DeterminismReport.Row> rows = new ArrayList<>();
    for (BenchProgram program : BenchProgram.all()) {
      rows.add(row(program));
    }
    progress.accept("what the sandbox costs");
    double startUp = median(differences(NOTHING, pairs, false));
    double overhead = median(differences(WORK, pairs, true));
    return new DeterminismReport(Profile.current().toString(), rows, overhead * 100, startUp);
  }

  private DeterminismReport.Row row(BenchProgram program) throws InterruptedException {
    progress.accept(program.name());
    List<String> command = program.command();
    Optional<String> plainly = plain.run(command, Optional.empty());
    Optional<String> ours = sandboxed.run(command, Conditions.NORMAL);
    if (plainly.isEmpty() || ours.isEmpty()) {
      progress.accept(
          "  fails %s".formatted(plainly.isEmpty() ? "in plain Docker" : "in the sandbox"));
    }
    Optional<String> plainAgain = plain.run(command, Optional.empty());
    Optional<String> oursAgain = sandboxed.run(command, Conditions.NORMAL);
    try (MachineLoad load = MachineLoad.during(1)) {
      Optional<String> plainElsewhere = plain.run(command, Optional.of("0"));
      Optional<String> oursElsewhere =
          sandboxed.run(command, load.conditions(CPUS).withCpuSet("0"));
      return new DeterminismReport.Row(
          program.name(),
          program.aboutTime(),
          same(plainly, plainAgain),
          same(plainly, plainElsewhere),
          same(ours, oursAgain),
          same(ours, oursElsewhere));
    }
  }

  private static boolean same(Optional<String> one, Optional<String> other) {
    return one.isPresent() && one.equals(other);
  }

  /**
   * In milliseconds, or as a share of the plain run; in turns, so that both see the same machine.
   */
  private double[] differences(List<String> command, int pairs, boolean share)
      throws InterruptedException {
    double[] differences = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      double plainly = 0;
      double ours = 0;
      for (int turn = 0; turn < 2; turn++) {
        if ((i + turn) % 2 == 0) {
          plainly = millis(() -> plain.run(command, Optional.empty()));
        } else {
          ours = millis(() -> sandboxed.run(command, Conditions.NORMAL));
        }
      }
      differences[i] = share ? ours / plainly - 1 : ours - plainly;
    }
    return differences;
  }

  private static double millis(Run run) throws InterruptedException {
    long begin = System.nanoTime();
    if (run.run().isEmpty()) {
      throw new IllegalArgumentException(
          "a program to measure with fails; is this the image that"
              + " examples/images/programs/build.sh makes?");
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
