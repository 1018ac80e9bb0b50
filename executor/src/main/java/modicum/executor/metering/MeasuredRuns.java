package modicum.executor.metering;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.check.InputCopy;
import modicum.protocol.content.Sha256;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;

/**
 * Runs a job some times on this machine, to see what it uses.
 *
 * @param input folder, or empty
 * @param timePerInstruction nanoseconds
 * @param wallClock how long one run may take
 */
public record MeasuredRuns(
    JobSpec job, Optional<Path> input, Limits limits, long timePerInstruction, Duration wallClock) {
  private static final String OWNER = "profile";

  /**
   * Ends early with a run that did not complete.
   *
   * @param scratch folder on this machine that the engine sees too
   * @param progress told what is being done, a line at a time
   * @return what came of each run; the files of their outputs are gone
   */
  public List<RunOutcome> take(Executor executor, int runs, Path scratch, Consumer<String> progress)
      throws InterruptedException {
    MatchId id =
        new MatchId(
            Sha256.ofUtf8(OWNER + ProcessHandle.current().pid() + "/" + System.nanoTime())
                .sha256());
    Path copy = scratch.resolve("input");
    List<RunOutcome> outcomes = new ArrayList<>();
    try {
      Optional<Path> copied = input.map(from -> copied(from, copy));
      for (int i = 0; i < runs; i++) {
        progress.accept("run %d of %d".formatted(i + 1, runs));
        RunOutcome outcome = take(executor, new RunName(OWNER, id, i), copied);
        outcomes.add(outcome);
        if (outcome.status() != ResultStatus.COMPLETED) {
          break;
        }
      }
      return List.copyOf(outcomes);
    } finally {
      InputCopy.delete(copy);
    }
  }

  private RunOutcome take(Executor executor, RunName name, Optional<Path> copied)
      throws InterruptedException {
    try {
      executor.start(new RunRequest(name, job, copied, limits, timePerInstruction, wallClock));
      return executor.await(name);
    } finally {
      executor.remove(name);
    }
  }

  private static Path copied(Path from, Path to) {
    try {
      return InputCopy.make(from, to, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the input " + from, e);
    }
  }
}
