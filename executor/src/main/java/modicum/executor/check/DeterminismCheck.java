package modicum.executor.check;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.sandbox.Conditions;
import modicum.protocol.content.Sha256;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;

/**
 * Runs a job some times while varying what must not matter, and compares what it comes to.
 *
 * <p>First in the sandbox as it is: there the moment, the CPU given, the memory that is left and
 * the order in which the input lies on the disk vary from run to run. This decides. Then, one at a
 * time, what the sandbox holds still is changed: that tells which care the job leaves to the
 * sandbox, and gives every difference its cause.
 */
public final class DeterminismCheck {
  private static final String OWNER = "check";
  private static final int CROWDED_RUNS = 4;
  private static final long TIME_PER_INSTRUCTION = 1_000_000;

  private final Executor executor;
  private final Job job;
  private final Path scratch;
  private final Consumer<String> progress;
  private final MatchId id =
      new MatchId(
          Sha256.ofUtf8(OWNER + ProcessHandle.current().pid() + "/" + System.nanoTime()).sha256());
  private final List<RunName> names = new ArrayList<>();

  /**
   * What is checked.
   *
   * @param input folder, or empty
   * @param wallClock how long one run may take
   */
  public record Job(JobSpec spec, Optional<Path> input, Limits limits, Duration wallClock) {}

  /**
   * @param scratch folder on this machine that the engine sees too
   * @param progress told what is being done, a line at a time
   */
  public DeterminismCheck(Executor executor, Job job, Path scratch, Consumer<String> progress) {
    this.executor = executor;
    this.job = job;
    this.scratch = scratch;
    this.progress = progress;
  }

  /**
   * @param runs how often it is run in the sandbox as it is, 2 or more
   * @param plain whether what the sandbox holds still counts too, as in a plain container
   */
  public CheckReport check(int runs, boolean plain) throws InterruptedException {
    try {
      RunOutcome reference = run("run 1 of " + runs, Conditions.NORMAL, 0);
      if (reference.status() != ResultStatus.COMPLETED) {
        return new CheckReport(reference, 1, Optional.empty(), Map.of());
      }
      Optional<Difference> difference = Optional.empty();
      for (int i = 1; i < runs && difference.isEmpty(); i++) {
        difference = repeat(reference, i, runs);
      }
      Map<Factor, Difference> held = heldStill(reference, difference.isPresent());
      if (difference.isEmpty() && job.spec().cpus() > 1 && held.containsKey(Factor.CPUS)) {
        difference = crowded();
      }
      if (plain && difference.isEmpty()) {
        difference = held.values().stream().findFirst();
        held.values().remove(difference.orElse(null));
      }
      return new CheckReport(reference, runs, difference, held);
    } finally {
      names.forEach(executor::remove);
      InputCopy.delete(scratch.resolve("input"));
    }
  }

  private Optional<Difference> repeat(RunOutcome reference, int i, int runs)
      throws InterruptedException {
    String what = "run %d of %d, elsewhere".formatted(i + 1, runs);
    try (MachineLoad load = MachineLoad.during(i)) {
      RunOutcome again = run(what + load.described(), load.conditions(job.spec().cpus()), i);
      return new OutputDifference(Optional.empty(), job.spec().cpus() > 1)
          .between(reference, again);
    }
  }

  /**
   * With more threads it shows sooner whether what they come to depends on who comes first. (More
   * than the job asks for, but each time the same number.)
   */
  private Optional<Difference> crowded() throws InterruptedException {
    Conditions many = Factor.CPUS.changed(Conditions.NORMAL, job.spec().cpus());
    RunOutcome first = run("with more threads", many, 0);
    Optional<Difference> difference = Optional.empty();
    for (int i = 1; i <= CROWDED_RUNS && difference.isEmpty(); i++) {
      RunOutcome again = run("with more threads again", many.withUnrest(i), 0);
      difference = new OutputDifference(Optional.empty(), true).between(first, again);
    }
    return difference;
  }

  /** A job that does not even agree with itself is not asked what else it depends on. */
  private Map<Factor, Difference> heldStill(RunOutcome reference, boolean differsAnyway)
      throws InterruptedException {
    Map<Factor, Difference> held = new EnumMap<>(Factor.class);
    if (differsAnyway) {
      return held;
    }
    for (Factor factor : Factor.values()) {
      Conditions changed = factor.changed(Conditions.NORMAL, job.spec().cpus());
      RunOutcome other = run("without the sandbox holding still " + factor.label(), changed, 0);
      new OutputDifference(Optional.of(factor), job.spec().cpus() > 1)
          .between(reference, other)
          .ifPresent(difference -> held.put(factor, difference));
    }
    return held;
  }

  private RunOutcome run(String what, Conditions conditions, int shuffle)
      throws InterruptedException {
    progress.accept(what);
    RunName name = new RunName(OWNER, id, names.size());
    names.add(name);
    Optional<Path> input = job.input().map(from -> copied(from, name.attempt(), shuffle));
    executor.start(
        new RunRequest(
            name,
            job.spec(),
            input,
            job.limits(),
            TIME_PER_INSTRUCTION,
            job.wallClock(),
            conditions));
    return executor.await(name);
  }

  private Path copied(Path from, int attempt, int shuffle) {
    try {
      return InputCopy.make(from, scratch.resolve("input").resolve("" + attempt), shuffle);
    } catch (java.io.IOException e) {
      throw new UncheckedIOException("cannot read the input " + from, e);
    }
  }
}
