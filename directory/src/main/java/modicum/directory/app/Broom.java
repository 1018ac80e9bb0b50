package modicum.directory.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import modicum.directory.retention.Sweep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps now and then, and says what went. */
final class Broom implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Broom.class);

  private final Sweep sweep;
  private final MeterRegistry meters;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("directory-sweep").factory());

  Broom(Sweep sweep, MeterRegistry meters) {
    this.sweep = sweep;
    this.meters = meters;
  }

  /** The first time after one period. */
  void start(Duration period) {
    timer.scheduleWithFixedDelay(
        this::run, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() {
    try {
      Sweep.Swept swept = sweep.run();
      meters.counter("modicum.directory.swept.objects").increment(swept.objects());
      meters.counter("modicum.directory.swept.bytes").increment(swept.bytes());
      if (swept.objects() > 0 || swept.uploads() > 0) {
        LOG.info(
            "Removed {} objects of {} bytes that no match needs, and {} uploads that never ended.",
            swept.objects(),
            swept.bytes(),
            swept.uploads());
      }
    } catch (RuntimeException e) {
      // A timer drops a task that throws; what is left over now goes the next time.
      LOG.warn("Cannot sweep: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
