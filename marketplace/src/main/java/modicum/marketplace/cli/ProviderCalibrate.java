package modicum.marketplace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;
import modicum.executor.docker.EngineProbe;
import modicum.executor.doctor.EngineFacts;
import modicum.executor.metering.Calibration;
import modicum.executor.metering.Calibrator;
import modicum.jobcreator.result.FileTree;
import modicum.marketplace.role.Doctor;
import modicum.provider.ProviderConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** How fast this machine is. */
@Command(
    name = "calibrate",
    description = {
      "Measures by a job of a known number of machine instructions how much CPU time this machine"
          + " takes for what the market calls an instruction (a million of them), and how far claims"
          + " for one job are apart when the machine is quiet, busy, or runs more jobs than it has"
          + " CPUs. Takes a minute or two; let nothing else run meanwhile.",
      "Prints what belongs into the configuration of a provider or mediator."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum provider calibrate",
      "  modicum provider calibrate --config provider.yaml --runs 9 --json"
    })
final class ProviderCalibrate implements Callable<Integer> {
  /** Five thousand of what the market calls instructions: some seconds. */
  private static final long ROUNDS = 200_000_000;

  private static final int MOST_RUNS = 100;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The provider's configuration file: its runtime is measured.")
  private Path config;

  @Option(names = "--runs", paramLabel = "N", description = "Runs of each kind. Default: 5.")
  private int runs = 5;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Size of the job, 25 machine instructions each. Default: 200000000.")
  private long rounds = ROUNDS;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    require(runs >= 1 && runs <= MOST_RUNS, "--runs is 1 to %d, got %d".formatted(MOST_RUNS, runs));
    require(
        rounds >= 1_000_000 && rounds <= 10_000_000_000L,
        "--rounds is a million to ten thousand million, got " + rounds);
    Optional<ProviderConfig> provider =
        Optional.ofNullable(config)
            .map(file -> RoleFile.part(RoleFile.read(file).provider(), "provider", file));
    DockerOptions options =
        DockerOptions.DEFAULT.withRuntime(provider.flatMap(ProviderConfig::runtimeIfAny));
    Path state =
        provider
            .map(ProviderConfig::state)
            .orElseGet(() -> Home.folder().resolve(".modicum/calibration"));
    EngineFacts engine = EngineProbe.look(Optional.empty(), options);
    Calibration calibration = measure(options, state, engine.cpus());
    if (json) {
      printJson(calibration, engine);
    } else {
      print(calibration, engine);
    }
    spec.commandLine().getOut().flush();
    return 0;
  }

  private Calibration measure(DockerOptions options, Path state, int cpus)
      throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Path scratch = Doctor.scratch(state);
    try (DockerExecutor executor =
        new DockerExecutor(Optional.empty(), scratch.resolve("state"), options)) {
      return new Calibrator(
              executor,
              scratch.resolve("image"),
              cpus,
              line -> {
                err.println(line);
                err.flush();
              })
          .measure(runs, rounds);
    } finally {
      FileTree.delete(scratch);
    }
  }

  private void print(Calibration calibration, EngineFacts engine) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "the reference job: %.0f instructions, measured %s%n",
        calibration.instructions(),
        engine.exactAccounts() ? "from the kernel's accounts" : "by samples, not exactly");
    out.println("quiet machine:   " + Calibration.describe(calibration.quiet()));
    out.println("busy machine:    " + Calibration.describe(calibration.busy()));
    out.println("jobs > CPUs:     " + Calibration.describe(calibration.crowded()));
    out.printf(
        "starting a job:  %.3f s of CPU time, %d instructions%n",
        calibration.start().toNanos() / 1e9, calibration.startInstructions());
    out.printf(
        "claims for one job are up to %.1f %% apart on a quiet machine, %.1f %% under load%n",
        100 * calibration.quietSpread(), 100 * calibration.loadSpread());
    out.printf(
        "a market of such machines needs a usage tolerance of %d basis points%n",
        calibration.usageTolerance());
    out.println("for the configuration file:");
    out.println("  timePerInstruction: " + calibration.timePerInstruction());
  }

  private void printJson(Calibration calibration, EngineFacts engine) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("timePerInstruction", calibration.timePerInstruction());
    fields.put("instructions", calibration.instructions());
    fields.put("exact", engine.exactAccounts());
    fields.put("startNanoseconds", calibration.start().toNanos());
    fields.put("startInstructions", calibration.startInstructions());
    fields.put("quietNanoseconds", calibration.quiet().stream().map(d -> d.toNanos()).toList());
    fields.put("busyNanoseconds", calibration.busy().stream().map(d -> d.toNanos()).toList());
    fields.put("crowdedNanoseconds", calibration.crowded().stream().map(d -> d.toNanos()).toList());
    fields.put("quietSpread", calibration.quietSpread());
    fields.put("loadSpread", calibration.loadSpread());
    fields.put("usageTolerance", calibration.usageTolerance());
    spec.commandLine().getOut().println(JsonMapper.shared().writeValueAsString(fields));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
