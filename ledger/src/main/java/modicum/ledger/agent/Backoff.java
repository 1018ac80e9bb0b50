package modicum.ledger.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next try: twice as long each time, half of it at random. */
final class Backoff {
  private static final int MAXIMUM_DOUBLINGS = 30;

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /**
   * @param failures how many tries have failed, at least 1
   */
  Duration after(int failures) {
    long doublings = 1L << Math.min(failures - 1, MAXIMUM_DOUBLINGS);
    double millis = Math.min((double) first.toMillis() * doublings, longest.toMillis());
    return Duration.ofMillis(Math.round(millis / 2 + random.nextDouble() * millis / 2));
  }
}
