package modicum.jobcreator.cli;

import java.util.concurrent.Callable;
import modicum.jobcreator.file.Amount;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.protocol.market.Command.Withdraw;
import modicum.protocol.money.Wei;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Money out of the market into the wallet. */
@Command(
    name = "withdraw",
    description = "Moves money from your free balance in the market into your wallet.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum wallet withdraw 0.5ether", "  modicum wallet withdraw all"})
final class WalletWithdraw implements Callable<Integer> {
  private static final String ALL = "all";

  @ParentCommand private WalletCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      index = "0",
      paramLabel = "AMOUNT|all",
      description =
          "How much, with its unit: ether, gwei or wei (units in a market that is paid in a token); or all"
              + " that is free.")
  private String amount;

  @Override
  public Integer call() {
    boolean all = amount.equals(ALL);
    Wei asked = all ? Wei.ZERO : Amount.parse(amount).wei();
    try (Connections connections = parent.connect()) {
      Ledger ledger = connections.ledger(common.market(), common.keystore(), common.password());
      Wei wei = all ? free(ledger) : asked;
      new MoneyMove(spec.commandLine().getOut(), common.isJson())
          .perform(ledger, new Withdraw(ledger.account(), wei), "withdrew", wei);
      return ErrorLines.OK;
    }
  }

  private static Wei free(Ledger ledger) {
    LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
    follower.poll();
    Wei free = follower.state().balance(ledger.account()).free();
    if (free.isZero()) {
      throw new IllegalArgumentException(
          "nothing is free in the market; see 'modicum wallet balance'");
    }
    return free;
  }
}
