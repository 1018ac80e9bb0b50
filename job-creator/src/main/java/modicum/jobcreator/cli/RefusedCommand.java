package modicum.jobcreator.cli;

import modicum.protocol.market.Rejection;

/** The market refused what a command asked of it. */
final class RefusedCommand extends RuntimeException {
  RefusedCommand(Rejection rejection) {
    super("the market refuses: " + rejection.sentence());
  }
}
