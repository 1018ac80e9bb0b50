package modicum.jobcreator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.executor.check.CheckReport;
import modicum.executor.check.DeterminismCheck;
import modicum.executor.check.Difference;
import modicum.executor.sandbox.Profile;
import modicum.jobcreator.file.ByteCount;
import modicum.jobcreator.result.FileTree;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Whether a job always comes to the same. */
@Command(
    name = "check",
    description = {
      "Runs a job some times on this machine while varying what must not matter, and says whether it"
          + " always comes to the same, or else where it first differs, and why. Then it changes,"
          + " one at a time, what the sandbox holds still, and lists what of it the job leans on.",
      "Ends with 0 where the job is deterministic, 1 where not, 2 where it could not be run."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  modicum job check --image my/image:1 --output /out -- my-program --fast",
      "  modicum job check --image my/image:1 --runs 5 --cpus 2 --input data --output /out -- run.sh",
      "  modicum job check --image my/image:1 --plain --output /out -- my-program"
    })
final class JobCheck implements Callable<Integer> {
  private static final int NOT_DETERMINISTIC = 1;
  private static final int COULD_NOT_BE_RUN = 2;

  /** As much as a contract takes. */
  private static final long NO_BOUND = (1L << 56) - 1;

  private static final long STORAGE = 16L << 30;
  private static final Duration WALL_CLOCK = Duration.ofHours(12);

  @ParentCommand private JobCommand parent;
  @Spec private CommandSpec spec;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "IMAGE",
      description = "Local tag or sha256: id.")
  private String image;

  @Option(names = "--runs", paramLabel = "N", description = "How often it is run. Default: 3.")
  private int runs = 3;

  @Option(names = "--cpus", paramLabel = "N", description = "CPUs the job sees. Default: 1.")
  private int cpus = 1;

  @Option(
      names = "--cpu-level",
      paramLabel = "LEVEL",
      converter = Levels.class,
      description = "CPUs that the job is for: x86-64-v1 to x86-64-v4. Default: x86-64-v2.")
  private CpuLevel cpuLevel = CpuLevel.DEFAULT;

  @Option(
      names = "--memory",
      paramLabel = "BYTES",
      converter = JobFlags.Bytes.class,
      description = "Memory limit. Default: 2GiB.")
  private ByteCount memory = new ByteCount(2L << 30);

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "A variable of the job's environment; may be repeated.")
  private Map<String, String> environment = Map.of();

  @Option(
      names = "--input",
      paramLabel = "FOLDER",
      description = "Input folder; the job finds it at /in and cannot write there.")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Folder in the container that is collected and compared. Default: /out.")
  private String output = JobSpec.DEFAULT_OUTPUT_FOLDER;

  @Option(
      names = "--plain",
      description =
          "Judge the job as in a plain container: what the sandbox holds still counts as well.")
  private boolean plain;

  @Parameters(
      arity = "0..*",
      paramLabel = "-- COMMAND...",
      hideParamSyntax = true,
      description = "The job's command; the image's own where left out.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws InterruptedException {
    if (runs < 2) {
      throw new IllegalArgumentException("--runs is 2 or more, got " + runs);
    }
    if (input != null && !Files.isDirectory(input)) {
      throw new IllegalArgumentException("the input %s is not a folder".formatted(input));
    }
    PrintWriter err = spec.commandLine().getErr();
    try (Connections connections = parent.connect()) {
      Path scratch = scratch();
      try {
        return report(check(connections, scratch, err));
      } finally {
        FileTree.delete(scratch);
      }
    } catch (EngineUnavailable e) {
      err.println(ErrorLines.lineOf(e));
      err.flush();
      return COULD_NOT_BE_RUN;
    }
  }

  private CheckReport check(Connections connections, Path scratch, PrintWriter err)
      throws InterruptedException {
    Executor executor = connections.executor(scratch.resolve("runs"));
    Limits limits = new Limits(NO_BOUND, memory.bytes(), STORAGE, 0);
    DeterminismCheck.Job job =
        new DeterminismCheck.Job(
            jobSpec(connections), Optional.ofNullable(input), limits, WALL_CLOCK);
    return new DeterminismCheck(
            executor,
            job,
            scratch,
            line -> {
              err.println(line);
              err.flush();
            })
        .check(runs, plain);
  }

  private JobSpec jobSpec(Connections connections) {
    LocalImage found;
    try {
      found = connections.images().find(image);
    } catch (UnknownImage e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return new JobSpec(
        // The archive is not needed to run what the engine has.
        found.reference(new Digest(Bytes32.ZERO, 0)),
        command,
        new TreeMap<>(environment),
        Optional.empty(),
        output,
        cpus,
        cpuLevel,
        Equality.EXACT,
        Profile.current());
  }

  private int report(CheckReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (report.reference().status() != ResultStatus.COMPLETED) {
      out.println("the job could not be run: " + report.reference().explanation());
      report.reference().log().lines().forEach(line -> out.println("  " + line));
      out.flush();
      return COULD_NOT_BE_RUN;
    }
    if (report.isDeterministic()) {
      out.println(
          "deterministic: %d runs came to the same, %s, in sandbox profile %s"
              .formatted(report.runs(), report.reference().output().digest(), Profile.current()));
    } else {
      out.println("not deterministic" + (plain ? " in a plain container" : ""));
      print(out, "", report.difference().orElseThrow());
    }
    if (!report.held().isEmpty()) {
      out.println("the sandbox holds still for this job:");
      new TreeMap<>(report.held())
          .forEach(
              (factor, difference) -> {
                out.println("- " + factor.label());
                print(out, "  ", difference);
              });
    }
    out.flush();
    return report.isDeterministic() ? ErrorLines.OK : NOT_DETERMINISTIC;
  }

  private static void print(PrintWriter out, String margin, Difference difference) {
    out.println(
        "%sfirst difference: %s at offset %d (%s)"
            .formatted(margin, difference.path(), difference.offset(), difference.what()));
    out.println("%s  one:   %s".formatted(margin, difference.first()));
    out.println("%s  other: %s".formatted(margin, difference.second()));
    out.println("%slikely cause: %s".formatted(margin, difference.cause().label()));
    out.println("%sremedy: %s".formatted(margin, difference.cause().remedy()));
  }

  /** Where this program keeps things: a temporary folder may forbid running programs from it. */
  private static Path scratch() {
    Path home =
        Path.of(
            Optional.ofNullable(System.getenv("MODICUM_HOME"))
                .orElse(System.getProperty("user.home")));
    try {
      Path folder = Files.createDirectories(home.resolve(".modicum").resolve("check"));
      return Files.createTempDirectory(folder, "job-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for the check", e);
    }
  }

  static final class Levels implements ITypeConverter<CpuLevel> {
    @Override
    public CpuLevel convert(String text) {
      try {
        return CpuLevel.fromName(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
