package modicum.executor.docker;

import java.time.Duration;

/**
 * What a run has used so far.
 *
 * @param peakMemory bytes
 * @param exact whether nothing was missed, up to the moment of reading
 */
record Measurement(Duration cpuTime, long peakMemory, boolean exact) {
  static final Measurement NONE = new Measurement(Duration.ZERO, 0, false);

  /** Both only ever grow; a reading that shows less came after the accounts were closed. */
  Measurement max(Measurement other) {
    return new Measurement(
        cpuTime.compareTo(other.cpuTime) >= 0 ? cpuTime : other.cpuTime,
        Math.max(peakMemory, other.peakMemory),
        exact || other.exact);
  }
}
