package modicum.marketplace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import modicum.marketplace.demo.Demo;
import modicum.marketplace.demo.DemoReport;
import modicum.marketplace.local.LocalRuns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole market in some minutes. */
@Command(
    name = "demo",
    description = {
      "Runs a complete local market: chain, S3 server, directory, solver, two providers, mediator.",
      "Renders a picture as four jobs, then plays every way in which a match can end, and prints",
      "who had what before and after, to the wei. Nothing is left running afterwards."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum demo",
      "  modicum demo --output pictures --json report.json",
      "  modicum demo --on-chain-offers"
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      defaultValue = "modicum-pictures",
      description = "Where the picture is put. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the report as JSON, amounts in wei as decimal strings.")
  private Path json;

  @Option(
      names = "--on-chain-offers",
      description =
          "Everyone posts offers on the chain, for gas, instead of leaving them, signed, with the"
              + " solver.")
  private boolean onChainOffers;

  private static final int MOST_TRIES = 100;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  @Option(names = "--quiet", description = "Print the report only.")
  private boolean quiet;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path state = Files.createTempDirectory("modicum-demo-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leaveNothing(state)));
    DemoReport report =
        new Demo(Home.folder(), state, output, onChainOffers, text -> progress(out, text)).run();
    if (json != null) {
      Files.createDirectories(json.toAbsolutePath().getParent());
      Files.writeString(json, report.json() + "\n");
    }
    out.println(report.table());
    out.println("the picture: " + report.picture());
    out.flush();
    return 0;
  }

  private void progress(PrintWriter out, String text) {
    if (!quiet) {
      out.println(text);
      out.flush();
    }
  }

  /** However the demo ends, Ctrl-C included. */
  private static void leaveNothing(Path state) {
    LocalRuns.removeAll(state);
    delete(state);
  }

  /** Again and again for a while: what is interrupted may still write, or remove its own files. */
  private static void delete(Path folder) {
    for (int tries = 0; tries < MOST_TRIES && Files.exists(folder); tries++) {
      deleteOnce(folder);
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
    }
  }

  private static void deleteOnce(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // A file went while we looked: the next try looks again.
    }
  }
}
