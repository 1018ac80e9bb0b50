package modicum.jobcreator.profile;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import modicum.executor.RunOutcome;
import modicum.executor.job.Traffic;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.job.JobSpec;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.Quantity;
import modicum.protocol.result.Usage;

/**
 * What a job was seen to use, and what limits follow. Pure.
 *
 * @param runs completed ones, 1 or more
 * @param image bytes of the image, which a provider that does not have it has to fetch
 * @param input manifest of the input; the empty one where there is none
 * @param spec the job
 * @param timePerInstruction nanoseconds of CPU time that count as one instruction here
 */
public record JobNeeds(
    List<RunOutcome> runs, long image, Manifest input, JobSpec spec, long timePerInstruction) {
  /**
   * Bytes are counted, not measured; only the image's archive is a little larger than the image.
   */
  private static final int BANDWIDTH_MARGIN_PERCENT = 10;

  private static final int PERCENT = 100;
  private static final int DIGITS = 2;
  private static final long LEAST_MEMORY = 16L << 20;
  private static final long LEAST_STORAGE = 1L << 20;
  private static final long MEBIBYTE = 1L << 20;

  public JobNeeds {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a profile is of one run or more");
    }
  }

  /** Of the run in the middle, with the image fetched: what is to be paid for, about. */
  public Usage expected() {
    List<Long> sorted = runs.stream().map(RunOutcome::instructions).sorted().toList();
    return new Usage(
        Math.min(Quantity.MAXIMUM, sorted.get(sorted.size() / 2)),
        Math.min(Quantity.MAXIMUM, moved()));
  }

  /**
   * @param marginPercent what is added to the largest of each that was seen
   */
  public Limits limits(int marginPercent) {
    return new Limits(
        twoDigits(above(most(RunOutcome::instructions), marginPercent)),
        mebibytes(Math.max(LEAST_MEMORY, above(most(RunOutcome::peakMemory), marginPercent))),
        mebibytes(Math.max(LEAST_STORAGE, above(storage(), marginPercent))),
        twoDigits(above(moved(), BANDWIDTH_MARGIN_PERCENT)));
  }

  /**
   * Bytes that the job wrote: its output, and what it had in memory at most, since {@code /tmp} is
   * kept there and bounded by the same limit.
   */
  public long storage() {
    return Traffic.saturatingSum(most(r -> size(r.output())), most(RunOutcome::peakMemory));
  }

  public long outputSize() {
    return most(r -> size(r.output()));
  }

  public long peakMemory() {
    return most(RunOutcome::peakMemory);
  }

  /** Bytes to download the job, its image with it, and to upload the output. */
  public long moved() {
    long input = input().entries().isEmpty() ? 0 : Traffic.ofUpload(input());
    return Stream.of(
            (long) spec.canonical().length, image, input, most(r -> Traffic.ofUpload(r.output())))
        .reduce(0L, Traffic::saturatingSum);
  }

  public Duration shortest() {
    return runs.stream().map(RunOutcome::cpuTime).min(Duration::compareTo).orElseThrow();
  }

  public Duration longest() {
    return runs.stream().map(RunOutcome::cpuTime).max(Duration::compareTo).orElseThrow();
  }

  private long most(ToLongFunction<RunOutcome> what) {
    return runs.stream().mapToLong(what).max().orElseThrow();
  }

  private static long size(Manifest output) {
    return output.entries().stream()
        .flatMap(entry -> entry.content().stream())
        .mapToLong(Digest::size)
        .reduce(0, Traffic::saturatingSum);
  }

  private static long above(long value, int percent) {
    BigDecimal raised =
        BigDecimal.valueOf(value)
            .multiply(BigDecimal.valueOf((long) PERCENT + percent))
            .divide(BigDecimal.valueOf(PERCENT), 0, RoundingMode.CEILING);
    return raised.min(BigDecimal.valueOf(Quantity.MAXIMUM)).longValueExact();
  }

  /** Rounded up, as nobody remembers more digits, and more would only look exact. */
  private static long twoDigits(long value) {
    BigDecimal rounded =
        BigDecimal.valueOf(Math.max(1, value)).round(new MathContext(DIGITS, RoundingMode.CEILING));
    return rounded.min(BigDecimal.valueOf(Quantity.MAXIMUM)).longValueExact();
  }

  private static long mebibytes(long bytes) {
    return Math.min(Quantity.MAXIMUM, Math.ceilDiv(bytes, MEBIBYTE) * MEBIBYTE);
  }
}
