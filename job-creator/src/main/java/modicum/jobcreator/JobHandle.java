package modicum.jobcreator;

import java.time.Duration;
import java.util.Optional;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.match.MatchId;

/** One followed job. */
public final class JobHandle {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final JobRecord record;
  private final JobCreator jobCreator;

  JobHandle(JobRecord record, JobCreator jobCreator) {
    this.record = record;
    this.jobCreator = jobCreator;
  }

  public MatchId id() {
    return record.id();
  }

  public JobRecord record() {
    return record;
  }

  /**
   * Where the job stands; empty before the agent's first round with it.
   *
   * @throws IllegalStateException a bug stopped the job creator
   */
  public Optional<JobStatus> status() {
    return jobCreator.status(record.id());
  }

  /**
   * Waits until nothing is left to do for the job: its match is closed and its output is in the
   * output folder, or its offer expired or was cancelled.
   *
   * @return empty where that was not so in time
   */
  public Optional<JobStatus> awaitEnd(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<JobStatus> ended = status().filter(s -> s.end().isPresent());
      if (ended.isPresent()) {
        return ended;
      }
      Thread.sleep(LOOK_EVERY);
    }
    return Optional.empty();
  }
}
