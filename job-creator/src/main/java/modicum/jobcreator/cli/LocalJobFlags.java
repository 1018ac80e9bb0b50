package modicum.jobcreator.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import modicum.executor.EngineUnavailable;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.executor.sandbox.HostCpu;
import modicum.executor.sandbox.Profile;
import modicum.jobcreator.file.ByteCount;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.offer.Limits;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** A job that is run on this machine only, to look at it. */
final class LocalJobFlags {
  static final Duration WALL_CLOCK = Duration.ofHours(12);

  /** As much as a contract takes. */
  private static final long NO_BOUND = (1L << 56) - 1;

  private static final long STORAGE = 16L << 30;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "IMAGE",
      description = "Local tag or sha256: id.")
  private String image;

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

  @Parameters(
      arity = "0..*",
      paramLabel = "-- COMMAND...",
      hideParamSyntax = true,
      description = "The job's command; the image's own where left out.")
  private List<String> command = List.of();

  CpuLevel cpuLevel() {
    return cpuLevel;
  }

  Optional<Path> input() {
    return Optional.ofNullable(input);
  }

  void requireInput() {
    if (input != null && !Files.isDirectory(input)) {
      throw new IllegalArgumentException("the input %s is not a folder".formatted(input));
    }
  }

  /**
   * @throws EngineUnavailable this machine's CPUs cannot run a job of that level
   */
  void requireLevel() {
    HostCpu.level()
        .filter(machine -> machine.compareTo(cpuLevel) < 0)
        .ifPresent(
            machine -> {
              throw new EngineUnavailable(
                  "this machine's CPUs are %s, the job is for %s; run it on one that has it"
                      .formatted(machine, cpuLevel),
                  null);
            });
  }

  /** That bound nothing but memory. */
  Limits generousLimits() {
    return new Limits(NO_BOUND, memory.bytes(), STORAGE, 0);
  }

  LocalImage find(Connections connections) {
    try {
      return connections.images().find(image);
    } catch (UnknownImage e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Without its input, which is given to each run. */
  JobSpec spec(LocalImage found) {
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

  /** Where this program keeps things: a temporary folder may forbid running programs from it. */
  static Path scratch(String purpose) {
    Path home =
        Path.of(
            Optional.ofNullable(System.getenv("MODICUM_HOME"))
                .orElse(System.getProperty("user.home")));
    try {
      Path folder = Files.createDirectories(home.resolve(".modicum").resolve(purpose));
      return Files.createTempDirectory(folder, "job-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for " + purpose, e);
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
