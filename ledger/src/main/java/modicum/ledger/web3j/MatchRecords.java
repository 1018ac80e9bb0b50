package modicum.ledger.web3j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import modicum.ledger.RecordedEvent;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Terms;
import modicum.protocol.result.Result;

/**
 * The terms and results of matches. The contract keeps only commitments to them, so whoever takes a
 * step hands them over again; they are remembered as they pass by, or looked up.
 *
 * <p>Thread-safe.
 */
final class MatchRecords {
  private static final int REMEMBERED = 4096;

  /** Of one match: what the contract holds commitments to. */
  record MatchRecord(Optional<Terms> terms, Optional<Result> result) {
    static final MatchRecord NONE = new MatchRecord(Optional.empty(), Optional.empty());

    private MatchRecord with(MarketEvent event) {
      return switch (event) {
        // A match that is (once more) made has no result yet.
        case MarketEvent.Matched e -> new MatchRecord(Optional.of(e.terms()), Optional.empty());
        case MarketEvent.ResultPosted e -> new MatchRecord(terms, Optional.of(e.result()));
        default -> this;
      };
    }
  }

  private final Function<MatchId, List<RecordedEvent>> lookUp;
  private final Map<MatchId, MatchRecord> records =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<MatchId, MatchRecord> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param lookUp reads the Matched and ResultPosted events of a match from the chain, in order
   */
  MatchRecords(Function<MatchId, List<RecordedEvent>> lookUp) {
    this.lookUp = lookUp;
  }

  synchronized void note(RecordedEvent recorded) {
    switch (recorded.event()) {
      case MarketEvent.Matched e -> note(e.matchId(), e);
      case MarketEvent.ResultPosted e -> note(e.matchId(), e);
      default -> {}
    }
  }

  private void note(MatchId match, MarketEvent event) {
    MatchRecord known = records.getOrDefault(match, MatchRecord.NONE);
    MatchRecord next = known.with(event);
    if (next.terms().isPresent()) {
      records.put(match, next);
    }
  }

  /** What is remembered, or else what the chain says. */
  MatchRecord of(MatchId match, boolean withResult) {
    MatchRecord known = remembered(match);
    boolean enough = known.terms().isPresent() && (known.result().isPresent() || !withResult);
    return enough ? known : afresh(match);
  }

  /** What the chain says: what was remembered may have been on a branch that is gone. */
  MatchRecord afresh(MatchId match) {
    List<RecordedEvent> events = lookUp.apply(match);
    synchronized (this) {
      records.remove(match);
      events.forEach(this::note);
      return remembered(match);
    }
  }

  private synchronized MatchRecord remembered(MatchId match) {
    return records.getOrDefault(match, MatchRecord.NONE);
  }
}
