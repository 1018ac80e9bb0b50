package modicum.ledger;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.market.MarketEvent;

/** An event and where on the chain it stands. */
public record RecordedEvent(long block, long logIndex, Bytes32 transaction, MarketEvent event) {}
