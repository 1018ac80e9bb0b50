package modicum.mediator;

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
import modicum.protocol.party.Mediator;

/**
 * What a mediator's owner decides, as a configuration file has it. What is left out has a default,
 * except prices and the time per instruction.
 *
 * @param architecture amd64 (which is level x86-64-v2), amd64-v1, -v3 or -v4, armv7 or arm64: jobs
 *     of exactly that level are judged
 * @param timePerInstruction nanoseconds of CPU time that count as one instruction on this machine
 * @param instructionPrice wei per instruction, of each run
 * @param bandwidthPrice wei per byte
 * @param availabilityValue wei that each side of a match pays for our being there
 * @param directories whom to trust
 * @param baseLayers SHA-256 of the base layers to support
 * @param distrusted directories no longer to be trusted
 * @param withdrawal when earnings are taken out; left out: never
 * @param verdictReserve seconds before a mediation deadline from which on we do not wait any longer
 *     for a directory that does not answer
 * @param reorganisationGrace seconds for which runs are kept once their match is closed
 * @param probePeriod seconds between two looks at each trusted directory, about; 0: never
 * @param sandbox what the evidence says of how jobs are run here
 * @param pollInterval milliseconds between two looks at the chain
 * @param host the interface that the service listens on
 * @param port 0 for a free one
 * @param stateFolder what outlives a restart: jobs being run again, and evidence
 */
public record MediatorConfig(
    String architecture,
    long timePerInstruction,
    long instructionPrice,
    long bandwidthPrice,
    BigInteger availabilityValue,
    List<String> directories,
    List<String> baseLayers,
    List<String> distrusted,
    Withdrawal withdrawal,
    Long verdictReserve,
    Long reorganisationGrace,
    Long probePeriod,
    String sandbox,
    Long pollInterval,
    String host,
    Integer port,
    String stateFolder) {
  /** Less often would be as good as never. */
  private static final long LONGEST_PROBE_PERIOD = 24 * 3600;

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

  public MediatorConfig {
    architecture = orElse(architecture, "amd64");
    availabilityValue = orElse(availabilityValue, BigInteger.ZERO);
    directories = listOf(directories);
    baseLayers = listOf(baseLayers);
    distrusted = listOf(distrusted);
    verdictReserve = orElse(verdictReserve, 90L);
    reorganisationGrace = orElse(reorganisationGrace, 60L);
    probePeriod = orElse(probePeriod, 60L);
    sandbox = orElse(sandbox, "");
    pollInterval = orElse(pollInterval, 1000L);
    host = orElse(host, "127.0.0.1");
    port = orElse(port, 0);
    Architecture.fromName(architecture);
    require(timePerInstruction > 0, "timePerInstruction", "above 0 ns", timePerInstruction);
    require(instructionPrice >= 0, "instructionPrice", "not negative", instructionPrice);
    require(bandwidthPrice >= 0, "bandwidthPrice", "not negative", bandwidthPrice);
    require(
        availabilityValue.signum() >= 0, "availabilityValue", "not negative", availabilityValue);
    require(pollInterval > 0, "pollInterval", "above 0 milliseconds", pollInterval);
    require(verdictReserve >= 0, "verdictReserve", "not negative", verdictReserve);
    require(reorganisationGrace >= 0, "reorganisationGrace", "not negative", reorganisationGrace);
    require(
        probePeriod >= 0 && probePeriod <= LONGEST_PROBE_PERIOD,
        "probePeriod",
        "0 to " + LONGEST_PROBE_PERIOD + " seconds",
        probePeriod);
    require(port >= 0 && port <= 65535, "port", "0 to 65535", port);
    require(stateFolder != null, "stateFolder", "needed", stateFolder);
    directories.forEach(Address::fromHex);
    distrusted.forEach(Address::fromHex);
    baseLayers.forEach(Bytes32::fromHex);
  }

  public Mediator registration() {
    return new Mediator(
        Architecture.fromName(architecture),
        Prices.of(instructionPrice, bandwidthPrice),
        new Wei(availabilityValue));
  }

  public Optional<Withdrawal> withdrawalIfAny() {
    return Optional.ofNullable(withdrawal);
  }

  /** Whom to look at: the trusted directories. */
  public List<Address> probed() {
    return directories.stream()
        .filter(d -> !distrusted.contains(d))
        .map(Address::fromHex)
        .distinct()
        .toList();
  }

  public Duration polling() {
    return Duration.ofMillis(pollInterval);
  }

  /** The level of CPUs whose jobs it judges; empty where its architecture has none. */
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
