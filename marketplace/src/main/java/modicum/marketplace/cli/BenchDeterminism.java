package modicum.marketplace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerImageCatalog;
import modicum.executor.docker.DockerOptions;
import modicum.jobcreator.result.FileTree;
import modicum.marketplace.bench.DeterminismBench;
import modicum.marketplace.bench.DeterminismReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** How many everyday programs agree with themselves, without the sandbox and with it. */
@Command(
    name = "determinism",
    description = {
      "Runs everyday programs in plain Docker and in the sandbox: again, and at another time, with"
          + " other CPUs, on a busy machine. Prints which came to the same, and what the sandbox"
          + " costs. Takes some minutes; the image is built at first.",
      "Ends with 0 where all bars are met, 1 where not."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum bench determinism",
      "  modicum bench determinism --pairs 9 --json determinism.json"
    })
final class BenchDeterminism implements Callable<Integer> {
  private static final String IMAGE = "modicum/programs:bookworm";
  private static final Duration NO_PULL = Duration.ofSeconds(15);

  /** Often enough for the start-up, and seldom enough not to be what is measured. */
  private static final Duration LOOKING = Duration.ofMillis(50);

  @Spec private CommandSpec spec;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "With the programs. Default: what examples/images/programs/build.sh makes.")
  private String image = IMAGE;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Pairs of runs for measuring the cost. Default: 7.")
  private int pairs = 7;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
  private Path json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter err = spec.commandLine().getErr();
    Path kept = Files.createDirectories(Home.folder().resolve(".modicum/bench"));
    Path scratch = Files.createTempDirectory(kept, "determinism-");
    try (DockerImageCatalog images = new DockerImageCatalog(Optional.empty(), NO_PULL);
        DockerExecutor executor =
            new DockerExecutor(
                Optional.empty(),
                scratch.resolve("runs"),
                DockerOptions.DEFAULT.withPollInterval(LOOKING))) {
      DeterminismReport report =
          new DeterminismBench(
                  executor,
                  find(images),
                  scratch,
                  line -> {
                    err.println(line);
                    err.flush();
                  })
              .measure(pairs);
      spec.commandLine().getOut().println(report.text());
      spec.commandLine().getOut().flush();
      if (json != null) {
        Files.write(
            json,
            JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(report));
      }
      return report.meetsBars() ? 0 : 1;
    } finally {
      FileTree.delete(scratch);
    }
  }

  private LocalImage find(DockerImageCatalog images) throws InterruptedException {
    if (image.equals(IMAGE)) {
      build();
    }
    try {
      return images.find(image);
    } catch (UnknownImage e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Does nothing where the image is there already. */
  private void build() throws InterruptedException {
    Path script = Home.folder().resolve("examples/images/programs/build.sh");
    try {
      int code =
          new ProcessBuilder("sh", script.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalArgumentException("the image cannot be built; run " + script);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + script, e);
    }
  }
}
