package modicum.acceptance.memory;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import modicum.ledger.Ledger;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.market.Rejection;

/** A ledger whose user may die of every command. */
final class TrappedLedger extends ForwardingLedger {
  private final Trap trap;

  TrappedLedger(Ledger real, Trap trap) {
    super(real);
    this.trap = trap;
  }

  @Override
  public Submission submit(Command command) {
    int effect = trap.happens("submit " + command.getClass().getSimpleName());
    try {
      return super.submit(command);
    } finally {
      trap.happened(effect);
    }
  }

  /** A transaction of many happens as a whole or not at all, so there is one death on each side. */
  @Override
  public List<Submission> submitAll(List<Command> commands) {
    int effect =
        trap.happens(
            "submit all of "
                + commands.stream()
                    .map(command -> command.getClass().getSimpleName())
                    .collect(Collectors.joining(", ")));
    try {
      return super.submitAll(commands);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public Optional<Rejection> dryRun(Command command) {
    int effect = trap.happens("dry run " + command.getClass().getSimpleName());
    try {
      return super.dryRun(command);
    } finally {
      trap.happened(effect);
    }
  }
}
