package modicum.mediator;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import modicum.directory.encryption.EncryptedFolder;
import modicum.executor.job.JobResult;
import modicum.executor.job.Traffic;
import modicum.protocol.content.Manifest;
import modicum.protocol.result.ResultStatus;

/**
 * What the mediator's own runs of a job came to.
 *
 * @param results one for each run, at least one
 * @param disagreement how the first of the runs and another one differ, by status or by the job's
 *     equality; empty where all agree
 * @param differenceFromClaim how the claimed output differs from theirs, by the job's equality;
 *     empty where it equals theirs, or where there is no output
 * @param traffic of bringing the job here
 * @param bandwidthLimit of the job, bytes
 * @param encrypted whether the output is put encrypted
 */
public record Reruns(
    List<JobResult> results,
    Optional<String> disagreement,
    Optional<String> differenceFromClaim,
    Traffic traffic,
    long bandwidthLimit,
    boolean encrypted) {
  public Reruns {
    results = List.copyOf(results);
    if (results.isEmpty()) {
      throw new IllegalArgumentException("a job is run again at least once");
    }
  }

  /** Of a job whose output is put as it is. */
  public Reruns(
      List<JobResult> results,
      Optional<String> disagreement,
      Optional<String> differenceFromClaim,
      Traffic traffic,
      long bandwidthLimit) {
    this(results, disagreement, differenceFromClaim, traffic, bandwidthLimit, false);
  }

  ResultStatus status() {
    return results.getFirst().status();
  }

  /** Of the run that used most. */
  long instructions() {
    return results.stream().mapToLong(r -> r.usage().instructions()).max().orElseThrow();
  }

  /** Of all runs, rounded up. With n as large as it may be, their sum is more than a long holds. */
  long meanInstructions() {
    BigInteger n = BigInteger.valueOf(results.size());
    return results.stream()
        .map(r -> BigInteger.valueOf(r.usage().instructions()))
        .reduce(n.subtract(BigInteger.ONE), BigInteger::add)
        .divide(n)
        .longValueExact();
  }

  /**
   * What a provider that did not have the image moves, the output included, bytes. Outputs that are
   * equal by a comparator may differ in size.
   */
  long wholeTraffic() {
    long upload =
        status() == ResultStatus.COMPLETED
            ? results.stream().mapToLong(r -> upload(r.output())).max().orElseThrow()
            : 0;
    return Traffic.saturatingSum(traffic.whole(), upload);
  }

  private long upload(Manifest output) {
    return encrypted ? EncryptedFolder.uploadSize(output) : Traffic.ofUpload(output);
  }

  /** Whether the job is too large for its limit where the image has to be fetched. */
  boolean mayExceedBandwidth() {
    return wholeTraffic() > bandwidthLimit;
  }
}
