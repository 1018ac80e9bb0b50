package modicum.marketplace.cli;

import java.nio.file.Path;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.RunningRole;
import modicum.marketplace.role.SolverRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about being a solver. */
@Command(
    name = "solver",
    description = "Finds matches and earns their incentives.",
    mixinStandardHelpOptions = true,
    subcommands = SolverCommand.Start.class,
    footerHeading = "%nExample:%n",
    footer = "  modicum solver start --config solver.yaml")
final class SolverCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, like 'solver start'");
  }

  @Command(
      name = "start",
      description = "Keeps an order book and posts the matches that it finds, until Ctrl-C.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExample of a configuration file:%n",
      footer = {
        "  market: market.yaml",
        "  keystore: solver.json",
        "  passwordFile: solver.password",
        "  solver:",
        "    stateFolder: /var/lib/modicum/solver",
        "    host: 127.0.0.1",
        "    port: 8470",
        "    minimumIncentive: '0'",
        "",
        "Example: modicum solver start --config solver.yaml"
      })
  static final class Start extends RoleStart {
    @Override
    RunningRole start(RoleFile settings, Path file, MarketConnection connection) {
      return SolverRole.start(
          RoleFile.part(settings.solver(), "solver", file), connection.ledger());
    }
  }
}
