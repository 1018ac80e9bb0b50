package modicum.marketplace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measurements that anyone can repeat. */
@Command(
    name = "bench",
    description = "Measures, on this machine, what the documents promise.",
    mixinStandardHelpOptions = true,
    subcommands = {BenchGas.class, BenchDeterminism.class, BenchTransfer.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum bench gas",
      "  modicum bench determinism --json determinism.json",
      "  modicum bench transfer"
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to measure, like 'bench gas'");
  }
}
