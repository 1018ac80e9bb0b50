package modicum.mediator;

import java.util.List;
import java.util.OptionalLong;
import modicum.ledger.EventSource;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.RecordedEvent;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.MatchId;

/**
 * When what happened to a match in mediation: block times, seconds since 1970.
 *
 * @param posted when the result was
 */
record MatchTimes(long matched, long posted, long rejected) {
  /** Blocks read in one request. */
  private static final long CHUNK = 2000;

  /** Reads it from the ledger, backwards: a match in mediation is not old. */
  static MatchTimes of(EventSource ledger, MatchId match) {
    Search search = new Search(ledger, match);
    for (long to = ledger.head().number();
        to >= ledger.deploymentBlock() && search.matched.isEmpty();
        to -= CHUNK) {
      long from = Math.max(ledger.deploymentBlock(), to - CHUNK + 1);
      search.look(ledger.events(from, to));
    }
    if (search.matched.isEmpty() || search.posted.isEmpty() || search.rejected.isEmpty()) {
      throw new LedgerUnavailable("the ledger does not show how match " + match + " came about");
    }
    return new MatchTimes(
        search.matched.getAsLong(), search.posted.getAsLong(), search.rejected.getAsLong());
  }

  private static final class Search {
    private final EventSource ledger;
    private final MatchId match;
    private OptionalLong matched = OptionalLong.empty();
    private OptionalLong posted = OptionalLong.empty();
    private OptionalLong rejected = OptionalLong.empty();

    Search(EventSource ledger, MatchId match) {
      this.ledger = ledger;
      this.match = match;
    }

    void look(List<RecordedEvent> events) {
      for (RecordedEvent recorded : events) {
        switch (recorded.event()) {
          case MarketEvent.Matched e when e.matchId().equals(match) -> matched = time(recorded);
          case MarketEvent.ResultPosted e when e.matchId().equals(match) -> posted = time(recorded);
          case MarketEvent.ResultRejected e when e.matchId().equals(match) ->
              rejected = time(recorded);
          default -> {}
        }
      }
    }

    private OptionalLong time(RecordedEvent recorded) {
      return OptionalLong.of(ledger.block(recorded.block()).time());
    }
  }
}
