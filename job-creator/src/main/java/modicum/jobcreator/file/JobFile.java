package modicum.jobcreator.file;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.config.YamlFile;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.JobSpec;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;

/**
 * A job as its owner writes it, in a YAML file or by flags. Everything but the image may be left
 * out (null here); {@link #complete} fills in the rest.
 *
 * @param image tag or {@code sha256:} id of an image on this machine
 * @param command program and arguments
 * @param environment the whole environment of the job
 * @param input file or folder, relative to the job file
 * @param output local folder for the results, relative to the job file
 * @param collect folder in the container that is collected as the output
 * @param cpuLevel what CPUs the job is for, like {@code x86-64-v3}
 * @param deadline from the submission until a result must be posted, block time
 * @param expiry from the submission until the offer must be matched; the deadline where left out
 * @param incentive to the solver that finds the match
 * @param verify how results are checked
 * @param comparator image that decides whether two outputs are equal; exact where left out
 * @param directory address of the directory to use; the market file's first where left out
 * @param mediators addresses of the mediators to trust; the market file's where left out
 * @param arch architecture; the image's where left out
 * @param encrypt whether input and output are kept from the directory; not where left out
 */
public record JobFile(
    String image,
    List<String> command,
    Map<String, String> environment,
    String input,
    String output,
    String collect,
    Integer cpus,
    CpuLevelEntry cpuLevel,
    LimitsEntry limits,
    PricesEntry prices,
    Span deadline,
    Span expiry,
    Amount incentive,
    VerificationPolicy verify,
    String comparator,
    AddressEntry directory,
    List<AddressEntry> mediators,
    ArchitectureEntry arch,
    Boolean encrypt) {

  /** What most jobs fit into; a job that exceeds a limit is stopped, and paid for. */
  public static final Limits DEFAULT_LIMITS = new Limits(100_000, 512L << 20, 1L << 30, 1L << 30);

  /** One gwei for an instruction, one wei for a byte. */
  public static final Prices DEFAULT_PRICES = Prices.of(1_000_000_000L, 1);

  public static final Span DEFAULT_DEADLINE = new Span(3600);
  public static final Wei DEFAULT_INCENTIVE = Wei.of(1_000_000_000L);
  public static final String DEFAULT_OUTPUT = "results";

  /** Nothing written yet: what flags fill in. */
  public static final JobFile EMPTY =
      new JobFile(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null);

  public record LimitsEntry(
      InstructionCount instructions, ByteCount memory, ByteCount storage, ByteCount bandwidth) {
    private static final LimitsEntry NONE = new LimitsEntry(null, null, null, null);

    LimitsEntry overriddenBy(LimitsEntry other) {
      return new LimitsEntry(
          other(instructions, other.instructions),
          other(memory, other.memory),
          other(storage, other.storage),
          other(bandwidth, other.bandwidth));
    }

    Limits complete() {
      return new Limits(
          orElse(instructions, InstructionCount::instructions, DEFAULT_LIMITS.instructions()),
          orElse(memory, ByteCount::bytes, DEFAULT_LIMITS.memory()),
          orElse(storage, ByteCount::bytes, DEFAULT_LIMITS.storage()),
          orElse(bandwidth, ByteCount::bytes, DEFAULT_LIMITS.bandwidth()));
    }
  }

  /**
   * The highest prices that the job creator pays.
   *
   * @param instruction for an instruction
   * @param bandwidth for a byte
   */
  public record PricesEntry(Amount instruction, Amount bandwidth) {
    private static final PricesEntry NONE = new PricesEntry(null, null);

    PricesEntry overriddenBy(PricesEntry other) {
      return new PricesEntry(
          other(instruction, other.instruction), other(bandwidth, other.bandwidth));
    }

    Prices complete() {
      return new Prices(
          orElse(instruction, Amount::wei, DEFAULT_PRICES.instruction()),
          orElse(bandwidth, Amount::wei, DEFAULT_PRICES.bandwidth()));
    }
  }

  /** An address as text, so that a wrong one is reported where it stands in the file. */
  public record AddressEntry(Address address) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static AddressEntry parse(String text) {
      return new AddressEntry(Address.fromHex(text));
    }
  }

  /** A CPU level by its name. */
  public record CpuLevelEntry(CpuLevel level) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static CpuLevelEntry parse(String text) {
      return new CpuLevelEntry(CpuLevel.fromName(text));
    }
  }

  /** An instruction set by its name; its level is an entry of its own. */
  public record ArchitectureEntry(Architecture architecture) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ArchitectureEntry parse(String text) {
      Architecture architecture = Architecture.fromName(text);
      if (!architecture.equals(architecture.instructionSet())) {
        throw new IllegalArgumentException(
            "arch is without a level, got %s; say it by cpuLevel, or --cpu-level".formatted(text));
      }
      return new ArchitectureEntry(architecture);
    }
  }

  /**
   * @throws modicum.ledger.config.BadConfiguration the file cannot be used; the message names line
   *     and column
   */
  public static JobFile read(Path file) {
    return YamlFile.read(file, JobFile.class);
  }

  /** This file with whatever the other has instead; environments are joined. */
  public JobFile overriddenBy(JobFile other) {
    return new JobFile(
        other(image, other.image),
        other(command, other.command),
        joined(environment, other.environment),
        other(input, other.input),
        other(output, other.output),
        other(collect, other.collect),
        other(cpus, other.cpus),
        other(cpuLevel, other.cpuLevel),
        orNone(limits).overriddenBy(orNone(other.limits)),
        orNone(prices).overriddenBy(orNone(other.prices)),
        other(deadline, other.deadline),
        other(expiry, other.expiry),
        other(incentive, other.incentive),
        other(verify, other.verify),
        other(comparator, other.comparator),
        other(directory, other.directory),
        other(mediators, other.mediators),
        other(arch, other.arch),
        other(encrypt, other.encrypt));
  }

  /**
   * The job with everything filled in.
   *
   * @param folder what relative paths are relative to
   * @throws IllegalArgumentException something is missing or does not fit; one line for people
   */
  public JobRequest complete(Path folder) {
    if (image == null || image.isBlank()) {
      throw new IllegalArgumentException(
          "the job has no image; name one: 'image: my/image:1' in the job file, or --image");
    }
    return new JobRequest(
        image,
        Optional.ofNullable(command).orElseGet(List::of),
        new TreeMap<>(Optional.ofNullable(environment).orElseGet(Map::of)),
        Optional.ofNullable(input).map(folder::resolve),
        folder.resolve(orElse(output, Function.identity(), DEFAULT_OUTPUT)),
        orElse(collect, Function.identity(), JobSpec.DEFAULT_OUTPUT_FOLDER),
        orElse(cpus, Function.identity(), 1),
        orElse(cpuLevel, CpuLevelEntry::level, CpuLevel.DEFAULT),
        orNone(limits).complete(),
        orNone(prices).complete(),
        orElse(deadline, Function.identity(), DEFAULT_DEADLINE),
        orElse(
            expiry, Function.identity(), orElse(deadline, Function.identity(), DEFAULT_DEADLINE)),
        orElse(incentive, Amount::wei, DEFAULT_INCENTIVE),
        orElse(verify, Function.identity(), VerificationPolicy.DEFAULT),
        Optional.ofNullable(comparator),
        Optional.ofNullable(directory).map(AddressEntry::address),
        Optional.ofNullable(mediators).orElseGet(List::of).stream()
            .map(AddressEntry::address)
            .toList(),
        Optional.ofNullable(arch).map(ArchitectureEntry::architecture),
        orElse(encrypt, Function.identity(), false));
  }

  private static LimitsEntry orNone(LimitsEntry limits) {
    return limits == null ? LimitsEntry.NONE : limits;
  }

  private static PricesEntry orNone(PricesEntry prices) {
    return prices == null ? PricesEntry.NONE : prices;
  }

  private static Map<String, String> joined(Map<String, String> mine, Map<String, String> theirs) {
    if (mine == null || theirs == null) {
      return other(mine, theirs);
    }
    Map<String, String> joined = new HashMap<>(mine);
    joined.putAll(theirs);
    return joined;
  }

  private static <T> T other(T mine, T theirs) {
    return theirs == null ? mine : theirs;
  }

  private static <T, R> R orElse(T entry, Function<T, R> value, R otherwise) {
    return entry == null ? otherwise : value.apply(entry);
  }
}
