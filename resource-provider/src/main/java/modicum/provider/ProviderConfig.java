package modicum.provider;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.party.ResourceProvider;

/**
 * What a resource provider's owner decides, as a configuration file has it. What is left out has a
 * default, except prices, capacity and the time per instruction.
 *
 * @param architecture amd64 (which is level x86-64-v2), amd64-v1, -v3 or -v4, armv7 or arm64: jobs
 *     of exactly that level are run
 * @param timePerInstruction nanoseconds of CPU time that count as one instruction on this machine
 * @param instructionPrice wei per instruction
 * @param bandwidthPrice wei per byte
 * @param capacity what one job can get: instructions, and bytes of memory, storage and bandwidth
 * @param slots how many jobs run side by side
 * @param matchIncentive wei to the solver for each match
 * @param offerPeriod seconds that an offer stands; one that stands binds, also while we are down
 * @param offersOnChain whether offers are posted on the chain; else they are signed and left with
 *     the solvers
 * @param solvers URLs of the order books that signed offers are left with
 * @param mediators whom to trust
 * @param directories whom to trust
 * @param baseLayers SHA-256 of the base layers to support
 * @param distrusted mediators and directories no longer to be trusted
 * @param deposit wei to keep in the market, free and locked; what lacks is taken from the wallet
 * @param withdrawal when earnings are taken out; left out: never
 * @param directoryPatience seconds of block time to keep trying when a directory does not answer
 * @param postingReserve seconds before a completion deadline at which a job that has not ended, or
 *     whose output is not in the directory, is given up, so that giving it up is still in time
 * @param reorganisationGrace seconds for which what was run is kept once its match is not open
 * @param pollInterval milliseconds between two looks at the chain
 * @param stateFolder what outlives a restart: jobs being run
 * @param runtime what the engine is to run jobs with, as {@code runsc} for gVisor; left out: what
 *     it runs everything with
 * @param keptInputs bytes of input files to keep for later jobs on them; 0: none
 */
public record ProviderConfig(
    String architecture,
    long timePerInstruction,
    long instructionPrice,
    long bandwidthPrice,
    Capacity capacity,
    Integer slots,
    BigInteger matchIncentive,
    Long offerPeriod,
    Boolean offersOnChain,
    List<String> solvers,
    List<String> mediators,
    List<String> directories,
    List<String> baseLayers,
    List<String> distrusted,
    BigInteger deposit,
    Withdrawal withdrawal,
    Long directoryPatience,
    Long postingReserve,
    Long reorganisationGrace,
    Long pollInterval,
    String stateFolder,
    String runtime,
    Long keptInputs) {
  /**
   * Takes out whatever is free above an amount.
   *
   * @param keep wei that stay free
   * @param atLeast wei; less is not worth the gas
   */
  public record Withdrawal(BigInteger keep, BigInteger atLeast) {
    public Withdrawal {
      require(keep != null && keep.signum() >= 0, "withdrawal.keep", "an amount of wei", keep);
      atLeast = orElse(atLeast, BigInteger.ONE);
      require(atLeast.signum() > 0, "withdrawal.atLeast", "above zero", atLeast);
    }
  }

  private static final int MOST_SLOTS = 4096;

  public ProviderConfig {
    architecture = orElse(architecture, "amd64");
    slots = orElse(slots, 1);
    matchIncentive = orElse(matchIncentive, BigInteger.ZERO);
    offerPeriod = orElse(offerPeriod, 600L);
    offersOnChain = orElse(offersOnChain, false);
    solvers = listOf(solvers);
    mediators = listOf(mediators);
    directories = listOf(directories);
    baseLayers = listOf(baseLayers);
    distrusted = listOf(distrusted);
    deposit = orElse(deposit, BigInteger.ZERO);
    directoryPatience = orElse(directoryPatience, 120L);
    postingReserve = orElse(postingReserve, 15L);
    reorganisationGrace = orElse(reorganisationGrace, 60L);
    pollInterval = orElse(pollInterval, 1000L);
    keptInputs = orElse(keptInputs, 4L << 30);
    Architecture.fromName(architecture);
    require(timePerInstruction > 0, "timePerInstruction", "above 0 ns", timePerInstruction);
    require(instructionPrice >= 0, "instructionPrice", "not negative", instructionPrice);
    require(bandwidthPrice >= 0, "bandwidthPrice", "not negative", bandwidthPrice);
    require(capacity != null, "capacity", "needed", capacity);
    require(slots >= 0 && slots <= MOST_SLOTS, "slots", "0 to " + MOST_SLOTS, slots);
    require(offerPeriod > 0, "offerPeriod", "above 0 seconds", offerPeriod);
    require(pollInterval > 0, "pollInterval", "above 0 milliseconds", pollInterval);
    require(deposit.signum() >= 0, "deposit", "not negative", deposit);
    require(
        withdrawal == null || withdrawal.keep().compareTo(deposit) >= 0,
        "withdrawal.keep",
        "at least the deposit, or the same money goes in and out",
        withdrawal);
    require(keptInputs >= 0, "keptInputs", "not negative", keptInputs);
    require(stateFolder != null, "stateFolder", "needed", stateFolder);
    require(
        offersOnChain || slots == 0 || !solvers.isEmpty(),
        "solvers",
        "needed for signed offers; name one, or set offersOnChain",
        solvers);
    require(
        runtime == null || runtime.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
        "runtime",
        "a name in the engine's configuration, like runsc",
        runtime);
    mediators.forEach(Address::fromHex);
    directories.forEach(Address::fromHex);
    distrusted.forEach(Address::fromHex);
    baseLayers.forEach(Bytes32::fromHex);
  }

  public ResourceProvider registration() {
    return new ResourceProvider(Architecture.fromName(architecture), timePerInstruction);
  }

  public Prices prices() {
    return Prices.of(instructionPrice, bandwidthPrice);
  }

  public Wei incentive() {
    return new Wei(matchIncentive);
  }

  public Wei depositTarget() {
    return new Wei(deposit);
  }

  public Optional<Withdrawal> withdrawalIfAny() {
    return Optional.ofNullable(withdrawal);
  }

  public Duration polling() {
    return Duration.ofMillis(pollInterval);
  }

  public Optional<String> runtimeIfAny() {
    return Optional.ofNullable(runtime);
  }

  /** The level of CPUs that the machine is offered for; empty where its architecture has none. */
  public Optional<CpuLevel> cpuLevel() {
    return Architecture.fromName(architecture).cpuLevel();
  }

  public Path state() {
    return Path.of(stateFolder);
  }

  private static void require(boolean holds, String name, String what, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + what + ", got " + value);
    }
  }

  private static <T> T orElse(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static List<String> listOf(List<String> values) {
    return values == null ? List.of() : List.copyOf(values);
  }
}
