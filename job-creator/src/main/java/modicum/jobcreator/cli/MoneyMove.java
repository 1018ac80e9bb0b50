package modicum.jobcreator.cli;

import java.io.PrintWriter;
import modicum.jobcreator.file.Amount;
import modicum.ledger.Ledger;
import modicum.ledger.MarketMoney;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.money.Wei;

/** Sends a deposit or a withdrawal and says what it cost. */
record MoneyMove(PrintWriter out, boolean json) {
  void perform(Ledger ledger, Command command, String done, Wei amount) {
    switch (ledger.submit(command)) {
      case Submission.Refused refused -> throw new RefusedCommand(refused.rejection());
      case Submission.Accepted accepted ->
          out.println(
              json
                  ? "{\"%s\":\"%s\",\"feesWei\":\"%s\"}"
                      .formatted(done + "Wei", amount, accepted.receipt().fee())
                  : "%s %s; the chain took %s"
                      .formatted(
                          done,
                          MarketMoney.of(ledger.parameters()).forPeople(amount),
                          Amount.forPeople(accepted.receipt().fee())));
    }
    out.flush();
  }
}
