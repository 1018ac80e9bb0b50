package modicum.jobcreator.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import modicum.protocol.identity.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A new account. */
@Command(
    name = "create",
    description =
        "Makes a new account and writes its key, encrypted with a password, into a keystore file."
            + " Keep both: nobody can restore them.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum wallet create",
      "  modicum wallet create --keystore alice.json --password-file alice.password"
    })
final class WalletCreate implements Callable<Integer> {
  @ParentCommand private WalletCommand parent;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    try (Connections connections = parent.connect()) {
      Address address = connections.createKeystore(common.newKeystore(), common.newPassword());
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          common.isJson()
              ? "{\"account\":\"%s\"}".formatted(address)
              : "account " + address + " in " + common.newKeystore());
      out.flush();
      return ErrorLines.OK;
    }
  }
}
