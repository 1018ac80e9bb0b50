package modicum.marketplace.cli;

import java.nio.file.Path;
import java.util.Optional;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;
import modicum.marketplace.role.Doctor;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.ProviderRole;
import modicum.marketplace.role.RunningRole;
import modicum.provider.ProviderConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about being a resource provider. */
@Command(
    name = "provider",
    description = "Rents this machine out.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ProviderCommand.Start.class,
      ProviderDoctor.class,
      ProviderCalibrate.class,
      ProviderCancelOffers.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum provider doctor",
      "  modicum provider calibrate",
      "  modicum provider start --config provider.yaml",
      "  modicum provider cancel-offers --config provider.yaml"
    })
final class ProviderCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, like 'provider start'");
  }

  @Command(
      name = "start",
      description = {
        "Offers this machine's capacity and runs the jobs that it is matched with, until Ctrl-C.",
        "Killed at any moment and started again, it goes on with its jobs and runs none twice."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExample of a configuration file:%n",
      footer = {
        "  market: market.yaml",
        "  keystore: provider.json",
        "  passwordFile: provider.password",
        "  provider:",
        "    stateFolder: /var/lib/modicum/provider",
        "    timePerInstruction: 333333    # ns of CPU time for a million machine instructions",
        "    instructionPrice: 1000000000  # wei",
        "    bandwidthPrice: 1             # wei per byte",
        "    capacity: {instructions: 1000000, memory: 1073741824, storage: 4294967296,"
            + " bandwidth: 4294967296}",
        "    slots: 2",
        "    deposit: 1000000000000000000  # wei to keep in the market",
        "    solvers: ['http://127.0.0.1:8470']   # that signed offers are left with, for free",
        "    offersOnChain: false          # true: posted on the chain instead, for gas",
        "    mediators: ['0x...']",
        "    directories: ['0x...']",
        "    baseLayers: ['<sha256 of a base layer>']   # fetched ahead from directories' shelves",
        "    architecture: amd64           # jobs of level x86-64-v2; amd64-v3: of that instead",
        "    runtime: runsc                # gVisor; left out: what the engine runs everything with",
        "",
        "'provider calibrate' measures timePerInstruction, 'provider doctor' looks at the machine.",
        "Example: modicum provider start --config provider.yaml"
      })
  static final class Start extends RoleStart {
    @Override
    RunningRole start(RoleFile settings, Path file, MarketConnection connection)
        throws InterruptedException {
      ProviderConfig config = RoleFile.part(settings.provider(), "provider", file);
      DockerOptions options = DockerOptions.DEFAULT.withRuntime(config.runtimeIfAny());
      Doctor.of(config).requireFit();
      DockerExecutor docker = new DockerExecutor(Optional.empty(), config.state(), options);
      return ProviderRole.start(config, connection, docker, docker.baseLayers());
    }
  }
}
