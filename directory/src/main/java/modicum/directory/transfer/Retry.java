package modicum.directory.transfer;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;

/**
 * Tries again what failed as {@link DirectoryUnavailable}, after pauses that double and vary by
 * half, so that many clients do not come back at once. A {@link DirectoryRefused} is not tried
 * again.
 *
 * @param attempts at least 1
 * @param pause how a pause is spent; tests do not wait
 */
public record Retry(
    int attempts, Duration firstPause, Duration longestPause, Consumer<Duration> pause) {
  /** About twelve seconds in all. */
  public static final Retry DEFAULT =
      new Retry(6, Duration.ofMillis(300), Duration.ofSeconds(5), Retry::sleep);

  public static final Retry NONE = new Retry(1, Duration.ZERO, Duration.ZERO, d -> {});

  public Retry {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is at least 1, got " + attempts);
    }
  }

  /** Something to do that may fail with two checked exceptions, which are never tried again. */
  @FunctionalInterface
  public interface Attempt<T, X extends Exception, Y extends Exception> {
    T run() throws X, Y;
  }

  public <T> T call(Attempt<T, RuntimeException, RuntimeException> attempt) {
    return this.<T, RuntimeException, RuntimeException>callChecked(attempt);
  }

  public <T, X extends Exception, Y extends Exception> T callChecked(Attempt<T, X, Y> attempt)
      throws X, Y {
    Duration next = firstPause;
    for (int i = 1; ; i++) {
      try {
        return attempt.run();
      } catch (DirectoryRefused refused) {
        throw refused;
      } catch (DirectoryUnavailable unavailable) {
        if (i == attempts) {
          throw unavailable;
        }
      }
      pause.accept(varied(next));
      next = next.multipliedBy(2).compareTo(longestPause) < 0 ? next.multipliedBy(2) : longestPause;
    }
  }

  private static Duration varied(Duration pause) {
    long millis = pause.toMillis();
    return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DirectoryUnavailable("interrupted while waiting for the directory", e);
    }
  }
}
