package modicum.ledger.memory;

import java.util.List;
import modicum.ledger.Head;
import modicum.ledger.RecordedEvent;
import modicum.protocol.market.Command;

/** A block: the commands that it holds, if any, and what came of them. */
record InMemoryBlock(Head head, List<Command> commands, List<RecordedEvent> events) {}
