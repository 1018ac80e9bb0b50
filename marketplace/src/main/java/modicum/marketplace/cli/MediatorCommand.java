package modicum.marketplace.cli;

import java.nio.file.Path;
import java.util.Optional;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;
import modicum.marketplace.role.Doctor;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.MediatorRole;
import modicum.marketplace.role.RunningRole;
import modicum.mediator.MediatorConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about being a mediator. */
@Command(
    name = "mediator",
    description = "Settles disputes by running jobs again.",
    mixinStandardHelpOptions = true,
    subcommands = MediatorCommand.Start.class,
    footerHeading = "%nExample:%n",
    footer = "  modicum mediator start --config mediator.yaml")
final class MediatorCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, like 'mediator start'");
  }

  @Command(
      name = "start",
      description = {
        "Hears the disputes that this mediator was chosen for, until Ctrl-C, and probes its"
            + " directories.",
        "Serves /v1/status, /v1/mediations, /actuator/health and /actuator/prometheus."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExample of a configuration file:%n",
      footer = {
        "  market: market.yaml",
        "  keystore: mediator.json",
        "  passwordFile: mediator.password",
        "  mediator:",
        "    stateFolder: /var/lib/modicum/mediator",
        "    timePerInstruction: 333333",
        "    instructionPrice: 1000000000",
        "    bandwidthPrice: 1",
        "    availabilityValue: 1000000000000",
        "    directories: ['0x...']",
        "    baseLayers: ['<sha256 of a base layer>']",
        "    probePeriod: 60",
        "    host: 127.0.0.1",
        "    port: 8490",
        "",
        "Example: modicum mediator start --config mediator.yaml"
      })
  static final class Start extends RoleStart {
    @Override
    RunningRole start(RoleFile settings, Path file, MarketConnection connection)
        throws InterruptedException {
      MediatorConfig config = RoleFile.part(settings.mediator(), "mediator", file);
      Doctor.of(config).requireFit();
      DockerExecutor docker =
          new DockerExecutor(Optional.empty(), config.state(), DockerOptions.DEFAULT);
      return MediatorRole.start(config, connection, docker, docker.baseLayers());
    }
  }
}
