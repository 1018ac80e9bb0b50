package modicum.jobcreator.cli;

import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** One's account and its money. */
@Command(
    name = "wallet",
    description = "Makes accounts, and moves money into and out of the market.",
    mixinStandardHelpOptions = true,
    subcommands = {
      WalletCreate.class,
      WalletBalance.class,
      WalletDeposit.class,
      WalletWithdraw.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum wallet create --keystore .modicum/wallet.json",
      "  modicum wallet balance",
      "  modicum wallet deposit 0.5ether"
    })
public final class WalletCommand extends CommandGroup {
  /** Commands in the real world. */
  public WalletCommand() {
    this(LiveConnections::new);
  }

  /** Commands in another world. */
  public WalletCommand(Supplier<Connections> connections) {
    super(connections, "say what to do with the wallet, like 'wallet balance'");
  }

  /** This command alone, with its error lines: what tests run and a root command mounts. */
  public static CommandLine commandLine(Supplier<Connections> connections) {
    return ErrorLines.installOn(new CommandLine(new WalletCommand(connections)));
  }
}
