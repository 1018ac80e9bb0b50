package modicum.marketplace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import modicum.marketplace.bench.GasBench;
import modicum.marketplace.bench.GasDocuments;
import modicum.marketplace.bench.GasReport;
import modicum.marketplace.bench.GasSnapshot;
import modicum.marketplace.bench.GasTables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every step and every kind of job costs on the chain. */
@Command(
    name = "gas",
    description = {
      "Runs every function of the contract and every kind of job on a node of its own, with all",
      "checks and all money moved, and prints what each role pays by the receipts, beside the",
      "published figures. The same figures in each run.",
      "Exit code 1: a bar is missed."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum bench gas",
      "  modicum bench gas --json gas.json",
      "  modicum bench gas --update       after a change that is meant to change the figures"
    })
final class BenchGas implements Callable<Integer> {
  private static final int BAR_MISSED = 1;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures as JSON.")
  private Path json;

  @Option(
      names = "--update",
      description = {
        "Also write the figures into contracts/gas-snapshot.json, with which the tests compare,",
        "and into the tables of README.md and contracts/README.md."
      })
  private boolean update;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    GasReport report = new GasBench(Home.folder(), text -> print(err, text)).run();
    GasTables tables = new GasTables(report);
    if (json != null) {
      Files.createDirectories(json.toAbsolutePath().getParent());
      Files.writeString(json, report.json());
    }
    if (update) {
      GasSnapshot.in(Home.folder()).write(report);
      new GasDocuments(Home.folder(), tables).update();
    }
    print(out, tables.text());
    List<String> missed = report.missedBars();
    missed.forEach(bar -> print(err, "a bar is missed: " + bar));
    return missed.isEmpty() ? 0 : BAR_MISSED;
  }

  private static void print(PrintWriter to, String text) {
    to.println(text);
    to.flush();
  }
}
