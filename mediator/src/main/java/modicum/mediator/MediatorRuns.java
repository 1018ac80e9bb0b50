package modicum.mediator;

import java.util.ArrayList;
import java.util.List;
import modicum.executor.RunName;
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
  public static MediatorRuns of(Address account, int count) {
    return new MediatorRuns("mediator-" + account.toString().substring(2, 10), count);
  }

  public RunName rerun(MatchId match, int number) {
    return new RunName(owner, match, number);
  }

  /** Of the comparison of the first run with another one. */
  RunName comparison(MatchId match, int other) {
    return new RunName(owner, match, count + other);
  }

  /** Of the comparison of the first run with the claim. */
  RunName comparisonWithClaim(MatchId match) {
    return new RunName(owner, match, 2 * count);
  }

  List<RunName> all(MatchId match) {
    List<RunName> all = new ArrayList<>();
    for (int attempt = 0; attempt <= 2 * count; attempt++) {
      all.add(new RunName(owner, match, attempt));
    }
    return all;
  }

  boolean isMine(RunName run) {
    return run.owner().equals(owner);
  }
}
