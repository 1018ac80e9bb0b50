package modicum.marketplace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import modicum.directory.TransferProgress;
import modicum.directory.client.HostedDirectory;
import modicum.executor.docker.DockerImageCatalog;
import modicum.jobcreator.file.ByteCount;
import modicum.marketplace.role.DirectorySettings;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.Shelving;
import modicum.protocol.content.Digest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fills the shelf of a directory. */
@Command(
    name = "shelve",
    description = {
      "Puts the base layers of images on this machine on the directory's shelf: providers and"
          + " mediators that support them fetch them from there when they start. The directory has"
          + " to run. A layer that is there is not sent again."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  modicum directory shelve --config directory.yaml debian:bookworm-slim")
final class DirectoryShelve implements Callable<Integer> {
  private static final Duration PULL_TIMEOUT = Duration.ofSeconds(30);
  private static final long TELLING_NANOS = Duration.ofSeconds(5).toNanos();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The directory's configuration file.")
  private Path config;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "1..*",
      description = "Tag or sha256: id of an image; its lowest layer is its base layer.")
  private List<String> names;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    RoleFile file = RoleFile.read(config);
    DirectorySettings settings = RoleFile.part(file.directory(), "directory", config);
    try (MarketConnection connection = file.connect(config);
        HostedDirectory directory = Shelving.running(connection, settings);
        DockerImageCatalog images = new DockerImageCatalog(Optional.empty(), PULL_TIMEOUT)) {
      Shelving shelving = new Shelving(directory, Path.of(settings.stateFolder()));
      for (String name : names) {
        Digest layer = shelving.put(images, name, told(name));
        say(
            "%s: base layer %s (%s) is on the shelf"
                .formatted(name, layer.sha256().toHex(), ByteCount.forPeople(layer.size())));
      }
    }
    return 0;
  }

  private TransferProgress told(String name) {
    long[] last = {System.nanoTime()};
    return (moved, total) -> {
      if (System.nanoTime() - last[0] > TELLING_NANOS) {
        last[0] = System.nanoTime();
        say(
            "%s: sending, %s of %s"
                .formatted(name, ByteCount.forPeople(moved), ByteCount.forPeople(total)));
      }
    };
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
