package modicum.executor.metering;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;

/**
 * Measures by the reference job how fast this machine is, and how far the measurements of one job
 * are apart: on a quiet machine, a busy one, and with more jobs than CPUs.
 */
public final class Calibrator {
  private static final String OWNER = "calibration";
  private static final Duration WALL_CLOCK = Duration.ofMinutes(10);
  private static final long STORAGE = 1 << 20;
  private static final int QUICK_RUNS = 3;

  /** Only CPU time is looked at here. */
  private static final long TIME_PER_INSTRUCTION = 1_000_000;

  private static final Limits LIMITS = new Limits((1L << 56) - 1, ReferenceJob.MEMORY, STORAGE, 0);

  private final Executor executor;
  private final ReferenceJob job;
  private final int cpus;
  private final Consumer<String> progress;
  private final MatchId id =
      new MatchId(
          Sha256.ofUtf8(OWNER + ProcessHandle.current().pid() + "/" + System.nanoTime()).sha256());
  private final List<RunName> names = new ArrayList<>();

  /**
   * @param scratch folder on this machine for what is needed meanwhile
   * @param cpus of the engine
   * @param progress told what is being done, a line at a time
   */
  public Calibrator(Executor executor, Path scratch, int cpus, Consumer<String> progress) {
    this.executor = executor;
    this.job = ReferenceJob.on(executor, scratch);
    this.cpus = cpus;
    this.progress = progress;
  }

  /**
   * @param runs of each kind, 1 or more
   * @param rounds of the reference job in each
   * @throws EngineUnavailable the engine does not answer, or the job does not end well here
   */
  public Calibration measure(int runs, long rounds) throws InterruptedException {
    Digest expected = ReferenceJob.expected(rounds);
    try {
      // One of each, uncounted: then nothing is read for the first time.
      await(start(rounds), expected);
      List<Duration> start = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        start.add(await(start(1), ReferenceJob.expected(1)));
      }
      List<Duration> quiet = oneByOne("on a quiet machine", runs, rounds, expected);
      List<Duration> busy;
      try (CpuLoad load = CpuLoad.of(cpus)) {
        busy = oneByOne("beside %d other programs".formatted(load.size()), runs, rounds, expected);
      }
      List<Duration> crowded = sideBySide(runs, rounds, expected);
      return new Calibration(
          rounds, start.stream().sorted().toList().get(runs / 2), quiet, busy, crowded);
    } finally {
      names.forEach(executor::remove);
    }
  }

  /** Nanoseconds of CPU time that count as one instruction here, in a few seconds. */
  public long timePerInstruction(long rounds) throws InterruptedException {
    try {
      Duration start = await(start(1), ReferenceJob.expected(1));
      List<Duration> quiet =
          oneByOne("of the reference job", QUICK_RUNS, rounds, ReferenceJob.expected(rounds));
      return Calibration.timePerInstruction(rounds, start, quiet);
    } finally {
      names.forEach(executor::remove);
    }
  }

  private List<Duration> oneByOne(String where, int runs, long rounds, Digest expected)
      throws InterruptedException {
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      progress.accept("run %d of %d %s".formatted(i + 1, runs, where));
      times.add(await(start(rounds), expected));
    }
    return times;
  }

  private List<Duration> sideBySide(int runs, long rounds, Digest expected)
      throws InterruptedException {
    List<Duration> times = new ArrayList<>();
    int together = cpus + 1;
    while (times.size() < runs) {
      progress.accept("%d runs side by side on %d CPUs".formatted(together, cpus));
      List<RunName> started = new ArrayList<>();
      for (int i = 0; i < together; i++) {
        started.add(start(rounds));
      }
      for (RunName name : started) {
        times.add(await(name, expected));
      }
    }
    return times;
  }

  private RunName start(long rounds) {
    RunName name = new RunName(OWNER, id, names.size());
    names.add(name);
    executor.start(
        new RunRequest(
            name, job.spec(rounds), Optional.empty(), LIMITS, TIME_PER_INSTRUCTION, WALL_CLOCK));
    return name;
  }

  private Duration await(RunName name, Digest expected) throws InterruptedException {
    RunOutcome outcome = executor.await(name);
    if (outcome.status() != ResultStatus.COMPLETED) {
      throw new EngineUnavailable(
          "the reference job does not run here: " + outcome.explanation(), null);
    }
    if (!ReferenceJob.sum(outcome.output()).equals(Optional.of(expected))) {
      throw new EngineUnavailable(
          "this machine miscalculates: the reference job came to something else than it must",
          null);
    }
    return outcome.cpuTime();
  }
}
