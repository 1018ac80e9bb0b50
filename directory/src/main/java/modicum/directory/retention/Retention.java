package modicum.directory.retention;

import java.time.Duration;

/**
 * How long a directory keeps what no match needs.
 *
 * @param afterClose the objects of a closed match, in block time
 * @param unmatched objects of no match: since they were put, or their owner last asked for them
 */
public record Retention(Duration afterClose, Duration unmatched) {
  /** Shorter, and an object could go between its upload and its match. */
  private static final Duration SHORTEST = Duration.ofHours(1);

  public static final Retention DEFAULT = new Retention(Duration.ofDays(7), Duration.ofDays(7));

  public Retention {
    if (afterClose.isNegative()) {
      throw new IllegalArgumentException("retention.afterClose is not negative");
    }
    if (unmatched.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "retention.unmatched is an hour at least, got " + unmatched.toSeconds() + "s");
    }
  }
}
