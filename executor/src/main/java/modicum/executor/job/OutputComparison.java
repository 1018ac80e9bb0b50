package modicum.executor.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.sandbox.Profile;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;

/**
 * Asks a job's comparator whether two outputs are equal. It runs in the same sandbox as a job, and
 * finds the outputs at {@code /in/a} and {@code /in/b}: not whose they are. Exit code 0 says equal,
 * 1 different; anything else says that it cannot compare them.
 */
public final class OutputComparison {
  /** What a comparator says. */
  public enum Answer {
    EQUAL,
    DIFFERENT,
    /** It ended in another way, or was stopped at a limit: the comparator's own fault. */
    FAILED
  }

  private static final int SAYS_DIFFERENT = 1;

  private final JobRunner runner;
  private final JobSpec comparator;
  private final Limits limits;
  private final long timePerInstruction;

  /**
   * @param image of the comparator; it must be in the engine
   * @param level of the job: it need not run on lesser CPUs, and may not do so
   * @param limits of the job: its comparator has the same
   * @param timePerInstruction nanoseconds
   */
  public OutputComparison(
      JobRunner runner,
      ImageReference image,
      CpuLevel level,
      Limits limits,
      long timePerInstruction) {
    this.runner = runner;
    this.comparator =
        new JobSpec(
            image,
            List.of(),
            new TreeMap<>(),
            Optional.empty(),
            JobSpec.DEFAULT_OUTPUT_FOLDER,
            1,
            level,
            Equality.EXACT,
            Profile.current());
    this.limits = limits;
    this.timePerInstruction = timePerInstruction;
  }

  /**
   * @param name of the comparison's own run: a number that no run of the job has
   */
  public Answer compare(RunName name, Path a, Path b) throws InterruptedException {
    Path both = runner.comparisonFolder(name);
    Path ready = both.resolveSibling(both.getFileName() + ".ready");
    if (!Files.exists(ready)) {
      FileTree.delete(both);
      copy(a, both.resolve("a"));
      copy(b, both.resolve("b"));
      new AtomicFile(ready).write("");
    }
    RunOutcome outcome =
        runner.run(
            name,
            new Preparation.Ready(comparator, Optional.of(both), Traffic.NONE),
            limits,
            timePerInstruction,
            JobRunner.wallClock(timePerInstruction, limits.instructions()));
    if (outcome.status() == ResultStatus.COMPLETED) {
      return Answer.EQUAL;
    }
    boolean saysDifferent =
        outcome.status() == ResultStatus.EXCEPTION_OCCURRED && outcome.exitCode() == SAYS_DIFFERENT;
    return saysDifferent ? Answer.DIFFERENT : Answer.FAILED;
  }

  /** An output that is empty may have no folder. */
  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to);
      if (!Files.isDirectory(from)) {
        return;
      }
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : files.skip(1).toList()) {
          copyOne(file, to.resolve(from.relativize(file).toString()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lay out two outputs to be compared", e);
    }
  }

  private static void copyOne(Path file, Path target) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(target);
      return;
    }
    // Without times and owners, which would tell the two apart. Links stay links.
    Files.copy(file, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
  }
}
