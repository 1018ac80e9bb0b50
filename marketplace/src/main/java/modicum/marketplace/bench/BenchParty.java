package modicum.marketplace.bench;

import java.util.List;
import modicum.ledger.Ledger;
import modicum.ledger.Submission;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jSigner;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.market.Command;

/** An account in the market, whose every command must succeed. */
record BenchParty(Web3jSigner signer, TransactionSender sender, Ledger ledger) {
  Address address() {
    return signer.address();
  }

  Signature sign(Bytes32 hash) {
    return signer.sign(hash);
  }

  /**
   * @return gas used, by the receipt
   */
  long gasOf(Command command) {
    return gas(ledger.submit(command));
  }

  /**
   * Sends commands in one transaction.
   *
   * @return gas used by all of them together, by the receipt
   */
  long gasOf(List<? extends Command> commands) {
    List<Submission> submissions = ledger.submitAll(List.copyOf(commands));
    long transactions =
        submissions.stream()
            .map(submission -> accepted(submission).receipt().transaction())
            .distinct()
            .count();
    if (transactions != 1) {
      throw new IllegalStateException("a batch took " + transactions + " transactions, not one");
    }
    return submissions.stream().mapToLong(BenchParty::gas).sum();
  }

  private static long gas(Submission submission) {
    return accepted(submission).receipt().gasUsed();
  }

  private static Submission.Accepted accepted(Submission submission) {
    return switch (submission) {
      case Submission.Accepted accepted -> accepted;
      case Submission.Refused refused ->
          throw new IllegalStateException("the market refuses: " + refused.rejection());
    };
  }
}
