package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What an account has, where. */
@Command(
    name = "balance",
    description =
        "Prints what your account has: in the wallet, free in the market, and locked for matches:"
            + " for each of them who must act by when, and when it is free at the latest. Asks for"
            + " no password.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  modicum wallet balance", "  modicum wallet balance --json"})
final class WalletBalance implements Callable<Integer> {
  @ParentCommand private WalletCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    try (Connections connections = parent.connect()) {
      print(AccountReport.of(connections.reader(common.market(), common.keystore())));
      return ErrorLines.OK;
    }
  }

  private void print(AccountReport report) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(common.isJson() ? report.json() : report.text());
    out.flush();
  }
}
