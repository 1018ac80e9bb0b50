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
 */
public record JobObservation(
    boolean offerIsLeft, ResultFetch fetch, Optional<Finding> finding, Optional<JobEnd> end) {
  public static final JobObservation NOTHING =
      new JobObservation(false, new ResultFetch.NotTried(), Optional.empty(), Optional.empty());
}
