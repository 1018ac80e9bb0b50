package modicum.executor.sandbox;

import java.util.Optional;

/**
 * What the sandbox holds still. Jobs are run under {@link #NORMAL} conditions and no others; only a
 * check of a job changes one or the other on purpose, to see what the job makes of it.
 *
 * @param start what the wall clock shows at first, seconds since 1970
 * @param seed of random devices and calls
 * @param order 0 lists folders by name, anything else in some other order
 * @param fixedLayout whether memory addresses are the same in each run
 * @param hashSeed for languages that stir their hash tables
 * @param unrest 0 lets threads run as they do, anything else at paces and places drawn from it
 * @param cpus that the job sees; its spec's where empty
 * @param cpuSet the machine's CPUs that it runs on, as {@code 0,2}; dealt out where empty
 */
public record Conditions(
    long start,
    long seed,
    long order,
    boolean fixedLayout,
    int hashSeed,
    String hostName,
    long unrest,
    Optional<Integer> cpus,
    Optional<String> cpuSet) {
  public static final Conditions NORMAL =
      new Conditions(
          Profile.start(),
          Profile.seed(),
          0,
          true,
          0,
          Profile.hostName(),
          0,
          Optional.empty(),
          Optional.empty());

  public Conditions withStart(long other) {
    return new Conditions(
        other, seed, order, fixedLayout, hashSeed, hostName, unrest, cpus, cpuSet);
  }

  public Conditions withSeed(long other) {
    return new Conditions(
        start, other, order, fixedLayout, hashSeed, hostName, unrest, cpus, cpuSet);
  }

  public Conditions withOrder(long other) {
    return new Conditions(
        start, seed, other, fixedLayout, hashSeed, hostName, unrest, cpus, cpuSet);
  }

  public Conditions withOtherLayout() {
    return new Conditions(start, seed, order, false, hashSeed, hostName, unrest, cpus, cpuSet);
  }

  public Conditions withHashSeed(int other) {
    return new Conditions(start, seed, order, fixedLayout, other, hostName, unrest, cpus, cpuSet);
  }

  public Conditions withHostName(String other) {
    return new Conditions(start, seed, order, fixedLayout, hashSeed, other, unrest, cpus, cpuSet);
  }

  public Conditions withCpus(int other) {
    return new Conditions(
        start, seed, order, fixedLayout, hashSeed, hostName, unrest, Optional.of(other), cpuSet);
  }

  public Conditions withCpuSet(String other) {
    return new Conditions(
        start, seed, order, fixedLayout, hashSeed, hostName, unrest, cpus, Optional.of(other));
  }

  public Conditions withUnrest(long other) {
    return new Conditions(start, seed, order, fixedLayout, hashSeed, hostName, other, cpus, cpuSet);
  }
}
