package modicum.mediator;

import modicum.executor.RunName;
import modicum.executor.job.JobRunner;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * How a mediator names its runs on the engine: first the n runs of the job, then those of its
 * comparator.
 *
 * @param owner unique on the engine
 * @param count n, how often a job is run
 */
public record MediatorRuns(String owner, int count) {
  /** Where runs happen, how they are called, and how many there may be at a time. */
  record Engine(JobRunner runner, MediatorRuns names, RunSlots slots) {}

  public static MediatorRuns of(Address account, int count) {
    return new MediatorRuns("mediator-" + account.toString().substring(2, 10), count);
  }

  public RunName rerun(MatchId match, int number) {
    return new RunName(owner, match, number);
  }

  /**
   * Of the comparison of the first run with another one; with itself, which shows whether the
   * comparator is fit for anything, where that one is 0.
   */
  RunName comparison(MatchId match, int other) {
    return new RunName(owner, match, count + other);
  }

  /** Of the comparison of the first run with the claim. */
  RunName comparisonWithClaim(MatchId match) {
    return new RunName(owner, match, 2 * count);
  }

  boolean isMine(RunName run) {
    return run.owner().equals(owner);
  }
}
