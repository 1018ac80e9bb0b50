package modicum.marketplace.cli;

import java.nio.file.Path;
import modicum.marketplace.role.DirectoryRole;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.RunningRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about being a directory. */
@Command(
    name = "directory",
    description = "Stores jobs and results for others.",
    mixinStandardHelpOptions = true,
    subcommands = {DirectoryCommand.Start.class, DirectoryShelve.class, DirectoryUptime.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum directory start --config directory.yaml",
      "  modicum directory shelve --config directory.yaml debian:bookworm-slim",
      "  modicum directory uptime --market market.yaml"
    })
final class DirectoryCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, like 'directory start'");
  }

  @Command(
      name = "start",
      description = {
        "Serves a directory over an S3 service, until Ctrl-C, and registers it with the market.",
        "Without 's3' in the configuration an S3 server is embedded, over the state folder."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExample of a configuration file:%n",
      footer = {
        "  market: market.yaml",
        "  keystore: directory.json",
        "  passwordFile: directory.password",
        "  directory:",
        "    stateFolder: /var/lib/modicum/directory",
        "    host: 127.0.0.1",
        "    port: 8480",
        "    availabilityValue: 1000000000000",
        "    s3: {endpoint: 'http://127.0.0.1:9000', accessKey: ..., secretKey: ..., bucket:"
            + " modicum}",
        "    limits:                       # all of it may be left out; these are the defaults",
        "      accountQuota: 100GiB        # what one account may keep",
        "      maximumObjectSize: 5GiB",
        "      grace: 24h                  # to fetch a result, or evidence, of a closed match",
        "      grantLifetime: 15m          # of a URL",
        "      clockWindow: 2m             # how far a requester's clock may be off",
        "      retention: {unmatched: 7d, afterClose: 7d}",
        "      sweepPeriod: 1h             # between two looks for what has to go",
        "",
        "Example: modicum directory start --config directory.yaml"
      })
  static final class Start extends RoleStart {
    @Override
    RunningRole start(RoleFile settings, Path file, MarketConnection connection) {
      return DirectoryRole.start(
          RoleFile.part(settings.directory(), "directory", file), connection.ledger());
    }
  }
}
