package modicum.directory.uptime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.SeenBlock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats while the directory can serve: its storage answers. Once a minute a beat names the newest
 * block of the ledger; the ledger is looked at aside, so that a node that hangs stops no beat.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** Between two beats that name a block, seconds. */
  private static final long BLOCK_PERIOD = 60;

  private final UptimeLog log;
  private final LongSupplier clock;
  private final BooleanSupplier available;
  private final Supplier<Optional<SeenBlock>> ledger;
  private final ScheduledExecutorService timers =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("directory-heartbeat-", 0).factory());
  private volatile Optional<SeenBlock> newest = Optional.empty();
  private Optional<SeenBlock> named = Optional.empty();
  private long namedAt = -BLOCK_PERIOD;
  private boolean wasAvailable = true;
  private boolean clockWentBack;

  /**
   * @param clock seconds since 1970
   * @param available whether the directory can serve now, who reads and who writes
   * @param ledger the newest block; throws DirectoryUnavailable where none can be named
   */
  public Heartbeat(
      UptimeLog log,
      LongSupplier clock,
      BooleanSupplier available,
      Supplier<Optional<SeenBlock>> ledger) {
    this.log = log;
    this.clock = clock;
    this.available = available;
    this.ledger = ledger;
  }

  public void start(Duration period) {
    timers.scheduleWithFixedDelay(this::look, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    timers.scheduleAtFixedRate(this::beat, 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One look at the ledger. */
  void look() {
    try {
      newest = ledger.get();
    } catch (DirectoryUnavailable e) {
      LOG.debug("No newer block to name: {}", e.getMessage());
    } catch (RuntimeException e) {
      // A timer drops a task that throws; beats can do without a block.
      LOG.warn("A look at the ledger failed: {}", e.getMessage());
    }
  }

  /** One beat, or the log of an outage's beginning or end. */
  void beat() {
    try {
      boolean now = available.getAsBoolean();
      if (now) {
        note(clock.getAsLong());
      }
      if (now != wasAvailable) {
        LOG.warn(
            now ? "The storage answers again." : "The storage does not answer, or stores nothing.");
      }
      wasAvailable = now;
    } catch (RuntimeException e) {
      // A timer drops a task that throws; a beat that was missed is a gap in the record, no more.
      LOG.warn("A heartbeat failed: {}", e.getMessage());
    }
  }

  private void note(long now) {
    Optional<SeenBlock> block = newest.filter(b -> now - namedAt >= BLOCK_PERIOD);
    block = block.equals(named) ? Optional.empty() : block;
    boolean noted = log.beat(now, block);
    if (noted && block.isPresent()) {
      named = block;
      namedAt = now;
    }
    boolean wentBack = log.head().filter(h -> now < h.beat().time()).isPresent();
    if (wentBack && !clockWentBack) {
      LOG.warn(
          "The clock went back behind the last beat: there are none until it has passed that."
              + " Where that one was wrong, stop the directory and remove its uptime folder.");
    }
    clockWentBack = wentBack;
  }

  @Override
  public void close() {
    timers.shutdownNow();
  }
}
