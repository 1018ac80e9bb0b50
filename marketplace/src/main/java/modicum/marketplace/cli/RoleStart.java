package modicum.marketplace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import modicum.ledger.agent.AgentHealth;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.RunningRole;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands that start a role have in common: the file, and staying until Ctrl-C. */
abstract class RoleStart implements Callable<Integer> {
  private static final int STOPPED_BY_A_BUG = 70;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The role's configuration file.")
  private Path config;

  @Option(names = "--verbose", description = "Print stack traces of errors.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** Starts the role over a connection that outlives it. */
  abstract RunningRole start(RoleFile settings, Path file, MarketConnection connection)
      throws InterruptedException;

  @Override
  public Integer call() throws InterruptedException {
    RoleFile settings = RoleFile.read(config);
    MarketConnection connection = settings.connect(config);
    RunningRole role;
    try {
      role = start(settings, config, connection);
    } catch (RuntimeException | InterruptedException e) {
      connection.close();
      throw e;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  role.close();
                  connection.close();
                }));
    PrintWriter out = spec.commandLine().getOut();
    out.println(role.describe());
    out.flush();
    return role.awaitEnd() instanceof AgentHealth.Stopped ? STOPPED_BY_A_BUG : 0;
  }
}
