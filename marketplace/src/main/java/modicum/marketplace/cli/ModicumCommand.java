package modicum.marketplace.cli;

import modicum.jobcreator.cli.ErrorLines;
import modicum.jobcreator.cli.JobCommand;
import modicum.jobcreator.cli.TrustCommand;
import modicum.jobcreator.cli.WalletCommand;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The one command, over all roles. */
@Command(
    name = "modicum",
    description =
        "An open market for computation that people can trust without trusting each other.",
    mixinStandardHelpOptions = true,
    version = "modicum 0.1",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      JobCommand.class,
      WalletCommand.class,
      TrustCommand.class,
      ProviderCommand.class,
      MediatorCommand.class,
      SolverCommand.class,
      DirectoryCommand.class,
      MarketCommand.class,
      BenchCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum demo                                  a whole local market, in some minutes",
      "  modicum up                                    the same, kept running",
      "  modicum job run examples/render/job.yaml      a job from post to payment",
      "  modicum provider start --config provider.yaml",
      "",
      "'modicum test' builds everything and runs all tests."
    })
public final class ModicumCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The command line with its error lines, for the process and for tests. */
  public static CommandLine commandLine() {
    return ErrorLines.installOn(new CommandLine(new ModicumCommand()));
  }

  public static void main(String[] arguments) {
    // Embedded servers log by java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine().execute(arguments));
  }
}
