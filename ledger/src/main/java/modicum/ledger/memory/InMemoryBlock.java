package modicum.ledger.memory;

import java.util.List;
import java.util.Optional;
import modicum.ledger.Head;
import modicum.ledger.RecordedEvent;
import modicum.protocol.market.Command;

/** A block: the command that it holds, if any, and what came of it. */
record InMemoryBlock(Head head, Optional<Command> command, List<RecordedEvent> events) {}
