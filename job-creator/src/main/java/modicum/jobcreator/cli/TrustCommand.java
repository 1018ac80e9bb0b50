package modicum.jobcreator.cli;

import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Whom one's account relies on. */
@Command(
    name = "trust",
    description = {
      "Shows and changes the account's trust lists on the chain: mediators, directories, base"
          + " layers.",
      "A running provider or mediator keeps what its configuration file names, so change that too."
    },
    mixinStandardHelpOptions = true,
    subcommands = {TrustChange.Add.class, TrustChange.Remove.class, TrustListing.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum trust list",
      "  modicum trust add mediators 0x11... 0x22...",
      "  modicum trust remove directories 0x33... --as resource-provider"
    })
public final class TrustCommand extends CommandGroup {
  /** Commands in the real world. */
  public TrustCommand() {
    this(LiveConnections::new);
  }

  /** Commands in another world. */
  public TrustCommand(Supplier<Connections> connections) {
    super(connections, "say what to do with the trust lists, like 'trust list'");
  }

  /** This command alone, with its error lines: what tests run and a root command mounts. */
  public static CommandLine commandLine(Supplier<Connections> connections) {
    return ErrorLines.installOn(new CommandLine(new TrustCommand(connections)));
  }
}
