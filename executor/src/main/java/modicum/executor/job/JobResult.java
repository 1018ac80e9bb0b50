package modicum.executor.job;

import modicum.directory.access.StoredReach;
import modicum.directory.encryption.EncryptedFolder;
import modicum.executor.RunOutcome;
import modicum.protocol.content.Manifest;
import modicum.protocol.job.JobSpec;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * What a run amounts to as a result to be posted: its outcome, and whether the output can be put
 * into a directory. The same for everyone who runs the job.
 *
 * @param output empty unless Completed
 * @param usage at most the job's limits, since more is never paid
 * @param explanation one line for people
 */
public record JobResult(ResultStatus status, Manifest output, Usage usage, String explanation) {

  /**
   * Of a job whose output stays plain.
   *
   * @param downloaded bytes that count against the job's bandwidth limit so far
   */
  public static JobResult of(RunOutcome outcome, long downloaded, Limits limits) {
    return of(outcome, downloaded, limits, false);
  }

  /**
   * @param downloaded bytes that count against the job's bandwidth limit so far
   */
  public static JobResult of(JobSpec spec, RunOutcome outcome, long downloaded, Limits limits) {
    return of(outcome, downloaded, limits, spec.recipient().isPresent());
  }

  private static JobResult of(
      RunOutcome outcome, long downloaded, Limits limits, boolean encrypted) {
    if (outcome.status() != ResultStatus.COMPLETED) {
      return without(outcome, outcome.status(), downloaded, limits, outcome.explanation());
    }
    Manifest output = outcome.output();
    long manifestSize =
        encrypted ? EncryptedFolder.manifestSize(output) : output.canonical().length;
    if (manifestSize > StoredReach.MAXIMUM_MANIFEST_SIZE) {
      return without(
          outcome,
          ResultStatus.STORAGE_EXCEEDED,
          downloaded,
          limits,
          "the output has too many files: its manifest has " + manifestSize + " bytes");
    }
    long upload = encrypted ? EncryptedFolder.uploadSize(output) : Traffic.ofUpload(output);
    long moved = Traffic.saturatingSum(downloaded, upload);
    if (moved > limits.bandwidth()) {
      return without(
          outcome,
          ResultStatus.BANDWIDTH_EXCEEDED,
          downloaded,
          limits,
          "with its output the job moves %d bytes, its limit is %d"
              .formatted(moved, limits.bandwidth()));
    }
    return new JobResult(
        outcome.status(),
        output,
        usage(outcome.instructions(), moved, limits),
        outcome.explanation());
  }

  /** Less what of the job was here before: it was not moved, and so is not billed. */
  public JobResult withoutKept(long kept) {
    return new JobResult(
        status,
        output,
        new Usage(usage.instructions(), Math.max(0, usage.bandwidth() - kept)),
        explanation);
  }

  /** Of a job that could not be run. */
  public static JobResult of(Preparation.Failed failed, Limits limits) {
    return new JobResult(
        failed.status(),
        Manifest.EMPTY,
        // Who declines is paid nothing.
        usage(0, failed.status() == ResultStatus.DECLINED ? 0 : failed.traffic().moved(), limits),
        failed.explanation());
  }

  private static JobResult without(
      RunOutcome outcome, ResultStatus status, long downloaded, Limits limits, String explanation) {
    return new JobResult(
        status, Manifest.EMPTY, usage(outcome.instructions(), downloaded, limits), explanation);
  }

  private static Usage usage(long instructions, long bandwidth, Limits limits) {
    return new Usage(
        Math.min(instructions, limits.instructions()), Math.min(bandwidth, limits.bandwidth()));
  }
}
