package modicum.marketplace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import modicum.directory.s3.EmbeddedS3Server;
import modicum.directory.s3.MinioServer;
import modicum.directory.s3.S3Settings;
import modicum.marketplace.bench.TransferBench;
import modicum.marketplace.bench.TransferReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What moving jobs takes, against the plain S3 client. */
@Command(
    name = "transfer",
    description = {
      "Measures what moving jobs takes: a second job on the same base image, a large input up",
      "and down against the plain S3 client, and a sweep of 64 inputs that share one file.",
      "Uses an S3 server of its own and the container engine of this machine; needs about four",
      "times the input's size on the disk, and leaves nothing there."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum bench transfer",
      "  modicum bench transfer --server embedded --json transfer.json"
    })
final class BenchTransfer implements Callable<Integer> {
  private enum Server {
    embedded,
    minio
  }

  @Option(
      names = "--server",
      description =
          "Which S3 server: ${COMPLETION-CANDIDATES}. Default: minio where it is installed.")
  private Server server;

  @Option(
      names = "--input-mib",
      defaultValue = "1024",
      description = "Size of the large input in MiB. Default: ${DEFAULT-VALUE}.")
  private int inputMib;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each transfer is measured; the median counts. Default: 3.")
  private int rounds;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the figures as JSON, sizes in bytes.")
  private Path json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (inputMib < 1 || rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--input-mib and --rounds are at least 1");
    }
    Path folder = Files.createTempDirectory("modicum-bench-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    TransferReport report = measure(folder);
    PrintWriter out = spec.commandLine().getOut();
    if (json != null) {
      Files.createDirectories(json.toAbsolutePath().getParent());
      Files.writeString(json, report.json() + "\n");
    }
    out.println(report.table());
    out.flush();
    return 0;
  }

  private TransferReport measure(Path folder) throws IOException {
    Optional<Path> program = MinioServer.program(Home.folder());
    if (server == Server.minio && program.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "no minio program; name it in MODICUM_MINIO, or take --server embedded");
    }
    if (program.isPresent() && server != Server.embedded) {
      try (MinioServer minio =
          MinioServer.start(program.get(), Files.createDirectories(folder.resolve("s3")))) {
        return bench(minio.settings(), folder).run("MinIO");
      }
    }
    try (EmbeddedS3Server embedded = EmbeddedS3Server.start(folder.resolve("s3"))) {
      return bench(embedded.settings(), folder).run("the embedded server");
    }
  }

  private TransferBench bench(S3Settings settings, Path folder) throws IOException {
    return new TransferBench(
        settings,
        Files.createDirectories(folder.resolve("work")),
        (long) inputMib << 20,
        rounds,
        this::say);
  }

  private void say(String text) {
    spec.commandLine().getErr().println(text);
    spec.commandLine().getErr().flush();
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
