package modicum.directory.uptime;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Beats while the directory can serve: its storage answers. */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final UptimeLog log;
  private final LongSupplier clock;
  private final BooleanSupplier available;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("directory-heartbeat").factory());
  private boolean wasAvailable = true;

  /**
   * @param clock seconds since 1970
   * @param available whether the directory can serve now
   */
  public Heartbeat(UptimeLog log, LongSupplier clock, BooleanSupplier available) {
    this.log = log;
    this.clock = clock;
    this.available = available;
  }

  public void start(Duration period) {
    timer.scheduleAtFixedRate(this::beat, 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One beat, or the log of an outage's beginning or end. */
  void beat() {
    try {
      boolean now = available.getAsBoolean();
      if (now) {
        log.beat(clock.getAsLong());
      }
      if (now != wasAvailable) {
        LOG.warn(now ? "The storage answers again." : "The storage does not answer.");
      }
      wasAvailable = now;
    } catch (RuntimeException e) {
      // A timer drops a task that throws; a beat that was missed is a gap in the record, no more.
      LOG.warn("A heartbeat failed: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
