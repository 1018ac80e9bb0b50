package modicum.jobcreator.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import modicum.jobcreator.file.Amount;
import modicum.jobcreator.file.ByteCount;
import modicum.jobcreator.file.InstructionCount;
import modicum.jobcreator.file.JobFile;
import modicum.jobcreator.file.JobFile.AddressEntry;
import modicum.jobcreator.file.JobFile.ArchitectureEntry;
import modicum.jobcreator.file.JobFile.CpuLevelEntry;
import modicum.jobcreator.file.JobFile.LimitsEntry;
import modicum.jobcreator.file.JobFile.PricesEntry;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.file.Span;
import modicum.jobcreator.verification.VerificationPolicy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** A job by file and flags; flags win. Paths of flags are relative to the working folder. */
final class JobFlags {
  @Parameters(
      arity = "0..*",
      paramLabel = "JOB.YAML [-- ARGUMENT...]",
      hideParamSyntax = true,
      description =
          "Job file (.yaml), which may be left out where --image is given. What follows it is the"
              + " job's command, instead of the file's; put -- before it.")
  private List<String> words = List.of();

  @Option(names = "--image", paramLabel = "IMAGE", description = "Local tag or sha256: id.")
  private String image;

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "A variable of the job's environment; may be repeated.")
  private Map<String, String> environment;

  @Option(names = "--input", paramLabel = "PATH", description = "Input file or folder.")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the results are put. Default: results.")
  private Path output;

  @Option(
      names = "--collect",
      paramLabel = "FOLDER",
      description = "Folder in the container that is collected. Default: /out.")
  private String collect;

  @Option(names = "--cpus", paramLabel = "N", description = "CPUs the job sees. Default: 1.")
  private Integer cpus;

  @Option(
      names = "--cpu-level",
      paramLabel = "LEVEL",
      converter = CpuLevels.class,
      description = "CPUs that the job is for: x86-64-v1 to x86-64-v4. Default: x86-64-v2.")
  private CpuLevelEntry cpuLevel;

  @Option(
      names = "--instructions",
      paramLabel = "N",
      converter = Instructions.class,
      description = "Instruction limit, with k, M or G. Default: 100k.")
  private InstructionCount instructions;

  @Option(
      names = "--memory",
      paramLabel = "BYTES",
      converter = Bytes.class,
      description = "Memory limit. Default: 512MiB.")
  private ByteCount memory;

  @Option(
      names = "--storage",
      paramLabel = "BYTES",
      converter = Bytes.class,
      description = "Limit of what the job writes. Default: 1GiB.")
  private ByteCount storage;

  @Option(
      names = "--bandwidth",
      paramLabel = "BYTES",
      converter = Bytes.class,
      description = "Limit of what is moved for the job. Default: 1GiB.")
  private ByteCount bandwidth;

  @Option(
      names = "--instruction-price",
      paramLabel = "AMOUNT",
      converter = Amounts.class,
      description = "Most that is paid for an instruction. Default: 1gwei.")
  private Amount instructionPrice;

  @Option(
      names = "--bandwidth-price",
      paramLabel = "AMOUNT",
      converter = Amounts.class,
      description = "Most that is paid for a byte. Default: 1wei.")
  private Amount bandwidthPrice;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "From now until the result must be posted, like 10m. Default: 1h.")
  private Span deadline;

  @Option(
      names = "--expiry",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "From now until the offer must be matched. Default: the deadline.")
  private Span expiry;

  @Option(
      names = "--incentive",
      paramLabel = "AMOUNT",
      converter = Amounts.class,
      description = "To the solver that finds the match. Default: 1gwei.")
  private Amount incentive;

  @Option(
      names = "--verify",
      paramLabel = "POLICY",
      converter = Policies.class,
      description =
          "How the result is checked: none, sample (2%% of results), sample:P, always,"
              + " checker:IMAGE. Default: sample.")
  private VerificationPolicy verify;

  @Option(
      names = "--comparator",
      paramLabel = "IMAGE",
      description = "Image that decides whether two outputs are equal. Default: byte for byte.")
  private String comparator;

  @Option(
      names = "--directory",
      paramLabel = "ADDRESS",
      converter = Addresses.class,
      description = "Directory to use. Default: the market file's first.")
  private AddressEntry directory;

  @Option(
      names = "--mediator",
      paramLabel = "ADDRESS",
      converter = Addresses.class,
      description = "A mediator to trust; may be repeated. Default: the market file's.")
  private List<AddressEntry> mediators;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      converter = Architectures.class,
      description = "amd64, armv7 or arm64. Default: the image's.")
  private ArchitectureEntry arch;

  @Option(
      names = "--encrypt",
      description =
          "Keep input and output from the directory: only the matched parties can read them. You"
              + " have to be there (run, or fetch) to hand over the key.")
  private Boolean encrypt;

  /** The job with everything filled in. */
  JobRequest toRequest() {
    Optional<Path> file = file();
    JobFile written = file.map(JobFile::read).orElse(JobFile.EMPTY);
    Path folder =
        file.map(f -> f.toAbsolutePath().getParent()).orElseGet(() -> Path.of("").toAbsolutePath());
    return written.overriddenBy(flags()).complete(folder);
  }

  /** The first word names a file, unless an image is given and it does not look like one. */
  private Optional<Path> file() {
    return words.stream()
        .limit(1)
        .filter(word -> image == null || word.endsWith(".yaml") || word.endsWith(".yml"))
        .map(Path::of)
        .findFirst();
  }

  private List<String> command() {
    List<String> command = words.stream().skip(file().isPresent() ? 1 : 0).toList();
    return command.isEmpty() ? null : command;
  }

  private JobFile flags() {
    return new JobFile(
        image,
        command(),
        environment,
        absolute(input),
        absolute(output),
        collect,
        cpus,
        cpuLevel,
        new LimitsEntry(instructions, memory, storage, bandwidth),
        new PricesEntry(instructionPrice, bandwidthPrice),
        deadline,
        expiry,
        incentive,
        verify,
        comparator,
        directory,
        mediators,
        arch,
        encrypt);
  }

  private static String absolute(Path path) {
    return path == null ? null : path.toAbsolutePath().toString();
  }

  private static <T> T convert(java.util.function.Function<String, T> parse, String text) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  static final class Bytes implements ITypeConverter<ByteCount> {
    @Override
    public ByteCount convert(String text) {
      return JobFlags.convert(ByteCount::parse, text);
    }
  }

  static final class Instructions implements ITypeConverter<InstructionCount> {
    @Override
    public InstructionCount convert(String text) {
      return JobFlags.convert(InstructionCount::parse, text);
    }
  }

  static final class Amounts implements ITypeConverter<Amount> {
    @Override
    public Amount convert(String text) {
      return JobFlags.convert(Amount::parse, text);
    }
  }

  static final class Spans implements ITypeConverter<Span> {
    @Override
    public Span convert(String text) {
      return JobFlags.convert(Span::parse, text);
    }
  }

  static final class Policies implements ITypeConverter<VerificationPolicy> {
    @Override
    public VerificationPolicy convert(String text) {
      return JobFlags.convert(VerificationPolicy::parse, text);
    }
  }

  static final class Addresses implements ITypeConverter<AddressEntry> {
    @Override
    public AddressEntry convert(String text) {
      return JobFlags.convert(AddressEntry::parse, text);
    }
  }

  static final class CpuLevels implements ITypeConverter<CpuLevelEntry> {
    @Override
    public CpuLevelEntry convert(String text) {
      return JobFlags.convert(CpuLevelEntry::parse, text);
    }
  }

  static final class Architectures implements ITypeConverter<ArchitectureEntry> {
    @Override
    public ArchitectureEntry convert(String text) {
      return JobFlags.convert(ArchitectureEntry::parse, text);
    }
  }
}
