package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;

/** Waits for a job's end, telling a person what happens on the way. */
final class JobFollowing {
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);

  private final JobCreator jobCreator;
  private final ProgressLines progress;
  private final PrintWriter err;

  JobFollowing(JobCreator jobCreator, ProgressLines progress, PrintWriter err) {
    this.jobCreator = jobCreator;
    this.progress = progress;
    this.err = err;
  }

  /** The job creator must be started. Interrupting the process says how to go on. */
  JobStatus toEnd(JobHandle job) throws InterruptedException {
    Thread farewell = new Thread(() -> sayFarewell(job));
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      while (true) {
        Optional<JobStatus> status = job.status();
        status.ifPresent(progress::show);
        if (status.flatMap(JobStatus::end).isPresent()) {
          return status.get();
        }
        Thread.sleep(LOOK_EVERY);
      }
    } finally {
      removeHook(farewell);
    }
  }

  /** Runs of a verification are removed by closing; what is kept is what going on needs. */
  private void sayFarewell(JobHandle job) {
    err.println();
    err.println("The job goes on without you; be back before its deadlines with");
    err.println("  modicum job fetch " + job.id());
    err.flush();
    jobCreator.close();
  }

  private static void removeHook(Thread farewell) {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException shuttingDown) {
      // Then the hook is what is running.
    }
  }
}
