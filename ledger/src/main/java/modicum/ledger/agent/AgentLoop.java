package modicum.ledger.agent;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import modicum.ledger.LedgerFollower;
import modicum.ledger.RecordedEvent;
import modicum.protocol.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives an agent: follow the ledger, decide, perform what is not already in flight; again and
 * again. Something unavailable, this machine's disk too, is tried again with back-off; a bug stops
 * the agent.
 *
 * @param <A> the agent's actions
 */
public final class AgentLoop<A> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

  /** Who suffers when the ledger cannot be followed. */
  private static final Object FOLLOWING = "following the ledger";

  /**
   * @param pollInterval between two polls of the ledger
   * @param maxInFlight how many actions are performed at the same time, at least 1
   * @param firstRetry the wait after the first failure of an action or of a poll; later ones double
   * @param longestRetry the longest wait between two tries
   * @param closeWithin how long {@link #close} waits for actions that were interrupted
   */
  public record Options(
      Duration pollInterval,
      int maxInFlight,
      Duration firstRetry,
      Duration longestRetry,
      Duration closeWithin) {
    public static final Options DEFAULT = polling(Duration.ofSeconds(1));

    public Options {
      if (maxInFlight < 1 || pollInterval.isNegative() || pollInterval.isZero()) {
        throw new IllegalArgumentException(
            "pollInterval is above zero and maxInFlight at least 1, got "
                + pollInterval
                + ", "
                + maxInFlight);
      }
    }

    public static Options polling(Duration interval) {
      return new Options(
          interval, 64, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(10));
    }

    public Options withMaxInFlight(int most) {
      return new Options(pollInterval, most, firstRetry, longestRetry, closeWithin);
    }

    public Options withRetries(Duration first, Duration longest) {
      return new Options(pollInterval, maxInFlight, first, longest, closeWithin);
    }
  }

  private final Agent<A> agent;
  private final LedgerFollower follower;
  private final Options options;
  private final Outages outages;
  private final Backoff backoff;
  private final ActionsInFlight<A> inFlight;
  private final List<Consumer<List<RecordedEvent>>> eventListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<AgentHealth>> stopListeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<Thread> thread = Optional.empty();
  private Optional<Throwable> bug = Optional.empty();
  private boolean closed;
  private int failedPolls;

  public AgentLoop(Agent<A> agent, LedgerFollower follower, Options options) {
    this.agent = agent;
    this.follower = follower;
    this.options = options;
    this.outages = new Outages(agent.name(), InstantSource.system());
    this.backoff = new Backoff(options.firstRetry(), options.longestRetry(), new Random());
    this.inFlight =
        new ActionsInFlight<>(
            agent, options.maxInFlight(), backoff, outages, this::stop, System::nanoTime);
  }

  /** Hears of new events after each poll, on the loop's thread. */
  public void onEvents(Consumer<List<RecordedEvent>> listener) {
    eventListeners.add(listener);
  }

  /** Hears when a bug stops the agent. */
  public void onStop(Consumer<AgentHealth> listener) {
    stopListeners.add(listener);
  }

  /**
   * One round in the calling thread: polls, decides, performs the actions one after the other, but
   * those that share a transaction together. For tests and for commands that wait; whatever an
   * action throws comes through.
   *
   * @return what was decided and done
   */
  public List<A> step() throws InterruptedException {
    List<A> decided = decide();
    for (List<A> group : Groups.of(agent, decided)) {
      Groups.perform(agent, group);
    }
    return decided;
  }

  /** Starts rounds on a thread of its own, until closed. */
  public synchronized void start() {
    if (closed || thread.isPresent()) {
      throw new IllegalStateException(agent.name() + " was started before");
    }
    thread = Optional.of(Thread.ofPlatform().daemon().name(agent.name()).start(this::run));
  }

  public synchronized AgentHealth health() {
    if (bug.isPresent()) {
      return new AgentHealth.Stopped(bug.get());
    }
    if (closed || thread.isEmpty()) {
      return new AgentHealth.Idle();
    }
    return outages.health().orElseGet(AgentHealth.Running::new);
  }

  /** Waits until the agent is closed, or a bug stops it. */
  public AgentHealth awaitEnd() throws InterruptedException {
    ended.await();
    return health();
  }

  /** Stops deciding, interrupts the actions in flight and waits for them, within a bound. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    end();
  }

  private void run() {
    try {
      while (ended.getCount() > 0) {
        Duration wait = round();
        if (ended.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // close() interrupts a poll that hangs.
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      stop(e);
    }
  }

  /** Returns how long to wait before the next one. */
  private Duration round() throws InterruptedException {
    try {
      Set<A> done = inFlight.done();
      List<A> decided = decide();
      failedPolls = 0;
      outages.end(FOLLOWING);
      inFlight.seen(done, follower.head().number(), followedTo());
      inFlight.perform(decided);
      return options.pollInterval();
    } catch (Unavailable e) {
      return waitFor(e);
    } catch (UncheckedIOException e) {
      return waitFor(new DiskUnavailable(e));
    }
  }

  private Duration waitFor(Unavailable unavailable) throws InterruptedException {
    if (isEnding()) {
      throw new InterruptedException();
    }
    outages.begin(FOLLOWING, unavailable);
    Duration wait = backoff.after(++failedPolls);
    return wait.compareTo(options.pollInterval()) > 0 ? wait : options.pollInterval();
  }

  private long followedTo() {
    return follower.cursor().map(cursor -> cursor.number()).orElse(-1L);
  }

  private List<A> decide() {
    List<RecordedEvent> events = follower.poll();
    if (!events.isEmpty()) {
      eventListeners.forEach(listener -> listener.accept(events));
    }
    return agent.decide(follower.state(), follower.head());
  }

  private boolean isEnding() {
    return ended.getCount() == 0;
  }

  private void stop(Throwable cause) {
    synchronized (this) {
      if (closed || bug.isPresent()) {
        return;
      }
      bug = Optional.of(cause);
    }
    LOG.error("{} stopped: this is a bug.", agent.name(), cause);
    Thread.ofVirtual().start(this::end);
    stopListeners.forEach(listener -> listener.accept(new AgentHealth.Stopped(cause)));
  }

  private void end() {
    ended.countDown();
    try {
      if (!inFlight.close(options.closeWithin())) {
        LOG.warn("{}: an action did not end when interrupted.", agent.name());
      }
      joinLoop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void joinLoop() throws InterruptedException {
    Thread loop;
    synchronized (this) {
      if (thread.isEmpty() || thread.get() == Thread.currentThread()) {
        return;
      }
      loop = thread.get();
    }
    loop.interrupt();
    loop.join(options.closeWithin());
  }
}
