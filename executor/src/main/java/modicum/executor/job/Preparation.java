package modicum.executor.job;

import java.nio.file.Path;
import java.util.Optional;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.ResultStatus;

/** What came of bringing a job here. */
public sealed interface Preparation {
  Traffic traffic();

  /**
   * It can be run.
   *
   * @param input the folder with its input, verified
   */
  record Ready(JobSpec spec, Optional<Path> input, Traffic traffic) implements Preparation {}

  /**
   * It cannot be run, and that is the job's own fault.
   *
   * @param status JobNotFound, JobDescriptionError, BandwidthExceeded or StorageExceeded; Declined
   *     where it is made for another sandbox than this machine's
   * @param explanation one line for people
   */
  record Failed(ResultStatus status, String explanation, Traffic traffic) implements Preparation {}
}
