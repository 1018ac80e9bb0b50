package modicum.jobcreator.verification;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.folder.FolderScan;
import modicum.executor.BadImage;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.job.JobRunner;
import modicum.executor.job.Preparation;
import modicum.executor.sandbox.Profile;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.result.FileTree;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.RejectReason;
import modicum.protocol.result.ResultStatus;

/**
 * Runs a checker on a job's input and output, in the same sandbox and under the same limits as the
 * job.
 *
 * @param scratch folder that holds what the checker sees
 */
record CheckerRun(Executor executor, RunName name, Path scratch) {

  /**
   * @param result folder of the job's output
   * @param images layout with the checker's image, for an engine that does not have it
   * @param time nanoseconds of CPU time that count as one instruction
   */
  Finding check(JobRecord job, Preparation.Ready ready, Path result, Path images, long time)
      throws InterruptedException {
    ImageReference checker = job.checker().orElseThrow();
    RunState known = executor.observe(name);
    if (known instanceof RunState.NotStarted) {
      Optional<Finding> missing = load(checker, images);
      if (missing.isPresent()) {
        return missing.get();
      }
      known =
          executor.start(
              request(job, checker, ready.spec().cpuLevel(), layOut(ready, result), time));
    }
    return judge(known instanceof RunState.Ended ended ? ended.outcome() : executor.await(name));
  }

  private Optional<Finding> load(ImageReference checker, Path images) {
    if (executor.hasImage(checker.id())) {
      return Optional.empty();
    }
    try {
      executor.loadImage(checker, images);
      return Optional.empty();
    } catch (BadImage e) {
      return Optional.of(
          new Finding.Unverified("the checker's image cannot be loaded: " + e.getMessage()));
    }
  }

  /** Input and output beside each other. */
  private Path layOut(Preparation.Ready ready, Path result) {
    FileTree.delete(scratch);
    Path seen = scratch.resolve("seen");
    FileTree.copyInto(result, seen.resolve("output"));
    ready.input().ifPresent(input -> FileTree.copyInto(input, seen.resolve("input")));
    return seen;
  }

  private RunRequest request(
      JobRecord job, ImageReference checker, CpuLevel level, Path seen, long time) {
    JobSpec spec =
        new JobSpec(
            checker,
            List.of(),
            new TreeMap<>(),
            Optional.of(FolderScan.scan(seen).digest()),
            JobSpec.DEFAULT_OUTPUT_FOLDER,
            1,
            level,
            Equality.EXACT,
            Profile.current());
    return new RunRequest(
        name,
        spec,
        Optional.of(seen),
        job.offer().limits(),
        time,
        JobRunner.wallClock(time, job.offer().limits().instructions()));
  }

  private static Finding judge(RunOutcome outcome) {
    if (outcome.status() == ResultStatus.COMPLETED) {
      return new Finding.Right("the checker says that the output is right");
    }
    if (outcome.status() == ResultStatus.EXCEPTION_OCCURRED && outcome.exitCode() > 0) {
      return new Finding.Wrong(
          RejectReason.WRONG_RESULTS,
          "the checker says that the output is wrong (exit code " + outcome.exitCode() + ")");
    }
    return new Finding.Unverified("the checker did not end by itself: " + outcome.explanation());
  }
}
