package modicum.ledger;

import java.util.List;
import java.util.Optional;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Rejection;

/** What became of a command that was sent to the market. */
public sealed interface Submission {
  record Accepted(List<MarketEvent> events, Receipt receipt) implements Submission {}

  /**
   * @param receipt present where the refusal was only seen on the chain, and so cost gas
   */
  record Refused(Rejection rejection, Optional<Receipt> receipt) implements Submission {}
}
