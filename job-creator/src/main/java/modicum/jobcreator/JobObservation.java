package modicum.jobcreator;

import java.util.Optional;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.result.ResultFetch;
import modicum.jobcreator.verification.Finding;

/**
 * What a job creator sees of a job outside the ledger.
 *
 * @param offerIsLeft whether the offer was left with the solvers a short time ago
 * @param finding what came of looking at the result
 * @param end present: nothing is left to do here
 * @param encrypted whether there is a key to be handed over
 */
public record JobObservation(
    boolean offerIsLeft,
    ResultFetch fetch,
    Optional<Finding> finding,
    Optional<JobEnd> end,
    boolean encrypted) {
  /** Of a job that is not encrypted. */
  public JobObservation(
      boolean offerIsLeft, ResultFetch fetch, Optional<Finding> finding, Optional<JobEnd> end) {
    this(offerIsLeft, fetch, finding, end, false);
  }

  public static final JobObservation NOTHING =
      new JobObservation(false, new ResultFetch.NotTried(), Optional.empty(), Optional.empty());
}
