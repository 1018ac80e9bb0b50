package modicum.marketplace.bench;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.executor.Executor;
import modicum.executor.LocalImage;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.sandbox.Conditions;
import modicum.executor.sandbox.Profile;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;

/** Runs a program as a job. */
final class SandboxedRuns {
  private static final Limits LIMITS = new Limits((1L << 56) - 1, 2L << 30, 4L << 30, 0);
  private static final Duration WALL_CLOCK = Duration.ofMinutes(1);
  private static final long TIME_PER_INSTRUCTION = 1_000_000;

  private final Executor executor;
  private final LocalImage image;
  private final int cpus;

  /** Names that no other measurement has, also none that was killed. */
  private final String beginning = ProcessHandle.current().pid() + " " + System.nanoTime();

  private int count;

  SandboxedRuns(Executor executor, LocalImage image, int cpus) {
    this.executor = executor;
    this.image = image;
    this.cpus = cpus;
  }

  /** What names the output; empty where the program fails. */
  Optional<String> run(List<String> command, Conditions conditions) throws InterruptedException {
    RunName name =
        new RunName("bench", new MatchId(Sha256.ofUtf8(beginning + " " + count++).sha256()), 0);
    JobSpec spec =
        new JobSpec(
            image.reference(new Digest(Bytes32.ZERO, 0)),
            command,
            new TreeMap<>(),
            Optional.empty(),
            JobSpec.DEFAULT_OUTPUT_FOLDER,
            cpus,
            CpuLevel.DEFAULT,
            Equality.EXACT,
            Profile.current());
    try {
      executor.start(
          new RunRequest(
              name, spec, Optional.empty(), LIMITS, TIME_PER_INSTRUCTION, WALL_CLOCK, conditions));
      RunOutcome outcome = executor.await(name);
      return outcome.status() == ResultStatus.COMPLETED
          ? Optional.of(outcome.output().digest().sha256().toHex())
          : Optional.empty();
    } finally {
      executor.remove(name);
    }
  }
}
