package modicum.acceptance.memory;

import java.util.List;
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
    count(submission);
    return submission;
  }

  @Override
  public List<Submission> submitAll(List<Command> commands) {
    List<Submission> submissions = super.submitAll(commands);
    submissions.forEach(this::count);
    return submissions;
  }

  private void count(Submission submission) {
    switch (submission) {
      case Submission.Accepted accepted -> fees = fees.plus(accepted.receipt().fee());
      case Submission.Refused refused ->
          refused.receipt().ifPresent(receipt -> fees = fees.plus(receipt.fee()));
    }
  }

  /** Wei. */
  Wei fees() {
    return fees;
  }
}
