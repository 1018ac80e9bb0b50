package modicum.protocol.market;

import java.util.List;

/** What the market makes of a command. */
public sealed interface Outcome {
  record Accepted(List<MarketEvent> events) implements Outcome {}

  record Refused(Rejection rejection) implements Outcome {}
}
