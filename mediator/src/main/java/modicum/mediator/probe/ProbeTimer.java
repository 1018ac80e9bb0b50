package modicum.mediator.probe;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes at a steady period that varies by a quarter either way, so that no directory can tell when
 * it has to be up.
 */
public final class ProbeTimer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeTimer.class);

  private final Probes probes;
  private final Duration period;
  private final BooleanSupplier ready;
  private final RandomGenerator random;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mediator-probes").factory());

  /**
   * @param ready whether directories can know us: before, they rightly turn us away
   */
  public ProbeTimer(Probes probes, Duration period, BooleanSupplier ready, RandomGenerator random) {
    this.probes = probes;
    this.period = period;
    this.ready = ready;
    this.random = random;
  }

  public void start() {
    schedule(Math.round(period.toMillis() * random.nextDouble()));
  }

  private void schedule(long delayMillis) {
    try {
      timer.schedule(this::run, delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // It was closed in between.
    }
  }

  private void run() {
    try {
      if (ready.getAsBoolean()) {
        probes.round();
      }
    } catch (InterruptedException e) {
      return;
    } catch (UncheckedIOException e) {
      LOG.warn("Probes cannot be noted: {}: {}", e.getMessage(), e.getCause().getMessage());
    } catch (RuntimeException e) {
      LOG.error("A round of probes failed", e);
    }
    schedule(nextDelay(period, random).toMillis());
  }

  static Duration nextDelay(Duration period, RandomGenerator random) {
    return Duration.ofMillis(Math.round(period.toMillis() * (0.75 + 0.5 * random.nextDouble())));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
