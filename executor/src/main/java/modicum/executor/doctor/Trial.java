package modicum.executor.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.metering.ReferenceJob;
import modicum.protocol.content.Sha256;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;

/**
 * What came of running a small job in the sandbox: the proof that the machine allows what the
 * sandbox needs, above all that it traces its own children.
 *
 * @param trouble why it did not do; empty where it did
 * @param wallTime of the whole run as the engine has it
 */
public record Trial(Optional<String> trouble, Duration wallTime) {
  private static final String OWNER = "doctor";
  private static final long ROUNDS = 400_000;
  private static final Limits LIMITS = new Limits(1_000_000, ReferenceJob.MEMORY, 1 << 20, 0);
  private static final long TIME_PER_INSTRUCTION = 1_000_000;
  private static final int LONGEST = 300;
  private static final Duration WALL_CLOCK = Duration.ofMinutes(1);

  public Trial {
    trouble = trouble.map(Trial::oneLine);
  }

  /** Engines quote what they were given, and that may be long. */
  private static String oneLine(String text) {
    String line = text.replaceAll("(\\\\n|\\p{Cntrl}|\\s)+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }

  /**
   * @param scratch folder on this machine for what is needed meanwhile
   */
  public static Trial on(Executor executor, Path scratch) throws InterruptedException {
    String seed = OWNER + ProcessHandle.current().pid() + "/" + System.nanoTime();
    RunName name = new RunName(OWNER, new MatchId(Sha256.ofUtf8(seed).sha256()), 0);
    try {
      ReferenceJob job = ReferenceJob.on(executor, scratch);
      executor.start(
          new RunRequest(
              name, job.spec(ROUNDS), Optional.empty(), LIMITS, TIME_PER_INSTRUCTION, WALL_CLOCK));
      return of(executor.await(name));
    } catch (EngineUnavailable e) {
      return new Trial(Optional.of(e.getMessage()), Duration.ZERO);
    } finally {
      removed(executor, name);
    }
  }

  private static Trial of(RunOutcome outcome) {
    if (outcome.status() != ResultStatus.COMPLETED) {
      String said = outcome.log().strip().lines().findFirst().map(l -> " (" + l + ")").orElse("");
      return new Trial(Optional.of(outcome.explanation() + said), outcome.wallTime());
    }
    boolean right =
        ReferenceJob.sum(outcome.output()).equals(Optional.of(ReferenceJob.expected(ROUNDS)));
    return new Trial(
        right ? Optional.empty() : Optional.of("the job came to something else than it must"),
        outcome.wallTime());
  }

  private static void removed(Executor executor, RunName name) {
    try {
      executor.remove(name);
    } catch (EngineUnavailable gone) {
      // What is left of it the engine's owner sees, and the next run has another name.
    }
  }
}
