package modicum.jobcreator.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that is a group of others, which reach the market by its connections. */
abstract class CommandGroup implements Runnable {
  private final Supplier<Connections> connections;
  private final String hint;

  @Spec private CommandSpec spec;

  /**
   * @param hint what to say to who gives the group's name alone
   */
  CommandGroup(Supplier<Connections> connections, String hint) {
    this.connections = connections;
    this.hint = hint;
  }

  final Connections connect() {
    return connections.get();
  }

  @Override
  public final void run() {
    throw new ParameterException(spec.commandLine(), hint);
  }
}
