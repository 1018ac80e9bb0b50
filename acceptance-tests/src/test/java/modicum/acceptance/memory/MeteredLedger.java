package modicum.acceptance.memory;

import modicum.ledger.Ledger;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.money.Wei;

/** Adds up what an account pays to the chain for its commands. */
final class MeteredLedger extends ForwardingLedger {
  private Wei fees = Wei.ZERO;

  MeteredLedger(Ledger real) {
    super(real);
  }

  @Override
  public Submission submit(Command command) {
    Submission submission = super.submit(command);
    if (submission instanceof Submission.Accepted accepted) {
      fees = fees.plus(accepted.receipt().fee());
    }
    return submission;
  }

  /** Wei. */
  Wei fees() {
    return fees;
  }
}
