package modicum.executor.metering;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a calibration came to. Pure.
 *
 * @param rounds of the reference job, in each run
 * @param start CPU time of a run that does nothing: what starting costs
 * @param quiet CPU times of runs while nothing else is done
 * @param busy CPU times of runs while every CPU has another program to run
 * @param crowded CPU times of runs side by side, more of them than there are CPUs
 */
public record Calibration(
    long rounds,
    Duration start,
    List<Duration> quiet,
    List<Duration> busy,
    List<Duration> crowded) {
  private static final int BASIS_POINTS = 10_000;

  /** Tolerances are named in steps of so many basis points. */
  private static final int STEP = 500;

  public Calibration {
    quiet = List.copyOf(quiet);
    busy = List.copyOf(busy);
    crowded = List.copyOf(crowded);
    if (quiet.isEmpty() || busy.isEmpty() || crowded.isEmpty()) {
      throw new IllegalArgumentException("a calibration has runs of each kind");
    }
  }

  /** What the market calls instructions: a million machine instructions each. */
  public double instructions() {
    return (double) ReferenceJob.machineInstructions(rounds) / ReferenceJob.MACHINE_INSTRUCTIONS;
  }

  /**
   * Nanoseconds of CPU time that count as one instruction: of the run in the middle while nothing
   * else is done. Then a job is billed alike on fast and slow machines; what it takes more on a
   * busy one is what the usage tolerance is for.
   */
  public long timePerInstruction() {
    return timePerInstruction(rounds, start, quiet);
  }

  /** The same without the rest of a calibration. */
  static long timePerInstruction(long rounds, Duration start, List<Duration> quiet) {
    double instructions =
        (double) ReferenceJob.machineInstructions(rounds) / ReferenceJob.MACHINE_INSTRUCTIONS;
    long net = Math.max(1, middle(quiet).minus(start).toNanos());
    return Math.max(1, Math.round(net / instructions));
  }

  /**
   * How much more instructions the dearest of all these runs claims than the cheapest: 0.2 is 20%.
   */
  public double spread() {
    return spread(all());
  }

  public double quietSpread() {
    return spread(quiet);
  }

  /** How much more the dearest busy or crowded run claims than the cheapest quiet one. */
  public double loadSpread() {
    return (double) max(Stream.concat(busy.stream(), crowded.stream()).toList()) / min(quiet) - 1;
  }

  /**
   * Basis points by which an honest provider's claim may exceed an honest mediator's measurement:
   * what was seen between the dearest and the cheapest run, and half as much again, since few runs
   * do not show the worst.
   */
  public int usageTolerance() {
    double wanted = spread() * 1.5 * BASIS_POINTS;
    return (int) Math.min(0xffff, Math.max(STEP, Math.ceil(wanted / STEP) * STEP));
  }

  /** Instructions that starting a container is measured as. */
  public long startInstructions() {
    return Math.ceilDiv(start.toNanos(), timePerInstruction());
  }

  /** A line for people about runs of one kind. */
  public static String describe(List<Duration> times) {
    return String.format(
        Locale.ROOT,
        "%d runs, %.3f to %.3f s, middle %.3f s",
        times.size(),
        min(times) / 1e9,
        max(times) / 1e9,
        middle(times).toNanos() / 1e9);
  }

  private List<Duration> all() {
    return Stream.of(quiet, busy, crowded).flatMap(List::stream).toList();
  }

  private static double spread(List<Duration> times) {
    return (double) max(times) / min(times) - 1;
  }

  private static long max(List<Duration> times) {
    return times.stream().mapToLong(Duration::toNanos).max().orElseThrow();
  }

  private static long min(List<Duration> times) {
    return Math.max(1, times.stream().mapToLong(Duration::toNanos).min().orElseThrow());
  }

  private static Duration middle(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }
}
