package modicum.jobcreator.cli;

import java.util.concurrent.Callable;
import modicum.jobcreator.file.Amount;
import modicum.ledger.Ledger;
import modicum.protocol.market.Command.Deposit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Money from the wallet into the market. */
@Command(
    name = "deposit",
    description = "Moves money from your wallet into your free balance in the market.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum wallet deposit 0.5ether", "  modicum wallet deposit 3gwei"})
final class WalletDeposit implements Callable<Integer> {
  @ParentCommand private WalletCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      index = "0",
      paramLabel = "AMOUNT",
      converter = JobFlags.Amounts.class,
      description =
          "How much, with its unit: ether, gwei or wei (units in a market that is paid in a"
              + " token).")
  private Amount amount;

  @Override
  public Integer call() {
    try (Connections connections = parent.connect()) {
      Ledger ledger = connections.ledger(common.market(), common.keystore(), common.password());
      new MoneyMove(spec.commandLine().getOut(), common.isJson())
          .perform(ledger, new Deposit(ledger.account(), amount.wei()), "deposited", amount.wei());
      return ErrorLines.OK;
    }
  }
}
