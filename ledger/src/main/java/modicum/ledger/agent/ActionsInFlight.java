package modicum.ledger.agent;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import modicum.protocol.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actions that an agent is performing, each on a virtual thread of its own, but those that
 * share a transaction on one. An action is in flight from its start until the agent has seen the
 * chain that it may have changed; one that something unavailable cut short is in flight until it
 * may be tried again.
 */
final class ActionsInFlight<A> {
  private static final Logger LOG = LoggerFactory.getLogger(ActionsInFlight.class);

  private enum Phase {
    RUNNING,
    DONE,
    FAILED
  }

  private static final class Flight {
    private Phase phase = Phase.RUNNING;
    private Thread thread;
    private int failures;
    private long retryAtNanos;

    /** The block from which on the follower has seen what the action did; below 0: not known. */
    private long visibleFrom = -1;
  }

  private final Agent<A> agent;
  private final int maximum;
  private final Backoff backoff;
  private final Outages outages;
  private final Consumer<Throwable> onBug;
  private final LongSupplier nanoTime;
  private final Map<A, Flight> flights = new HashMap<>();
  private boolean closed;

  ActionsInFlight(
      Agent<A> agent,
      int maximum,
      Backoff backoff,
      Outages outages,
      Consumer<Throwable> onBug,
      LongSupplier nanoTime) {
    this.agent = agent;
    this.maximum = maximum;
    this.backoff = backoff;
    this.outages = outages;
    this.onBug = onBug;
    this.nanoTime = nanoTime;
  }

  /**
   * Before a poll begins: notes which actions are done by now, so that {@link #seen} can tell which
   * of them the poll has covered.
   *
   * @return the actions that were done before the poll
   */
  synchronized Set<A> done() {
    Set<A> done = new HashSet<>();
    flights.forEach(
        (action, flight) -> {
          if (flight.phase == Phase.DONE) {
            done.add(action);
          }
        });
    return done;
  }

  /**
   * After a poll: lets go of the actions whose consequences the state now includes.
   *
   * @param newest number of the newest block
   * @param cursor number of the newest block that the state includes
   */
  synchronized void seen(Set<A> doneBeforePoll, long newest, long cursor) {
    for (A action : doneBeforePoll) {
      Flight flight = flights.get(action);
      if (flight.visibleFrom < 0) {
        flight.visibleFrom = newest;
      }
      if (flight.visibleFrom <= cursor) {
        flights.remove(action);
      }
    }
  }

  /** Starts what was decided and is not in flight, as far as there is room. */
  synchronized void perform(List<A> decided) {
    if (closed) {
      return;
    }
    dropFailuresNoLongerWanted(Set.copyOf(decided));
    long running = flights.values().stream().filter(f -> f.phase == Phase.RUNNING).count();
    List<A> startable =
        decided.stream()
            .distinct()
            .filter(this::mayStart)
            .limit(Math.max(0, maximum - running))
            .toList();
    Groups.of(agent, startable).forEach(this::start);
  }

  private void dropFailuresNoLongerWanted(Set<A> decided) {
    flights
        .entrySet()
        .removeIf(
            entry -> {
              boolean drop =
                  entry.getValue().phase == Phase.FAILED && !decided.contains(entry.getKey());
              if (drop) {
                outages.end(entry.getKey());
              }
              return drop;
            });
  }

  private boolean mayStart(A action) {
    Flight flight = flights.get(action);
    return flight == null
        || (flight.phase == Phase.FAILED && nanoTime.getAsLong() - flight.retryAtNanos >= 0);
  }

  /** Each action has a flight of its own, though a group has one thread and one fate. */
  private void start(List<A> group) {
    Thread thread =
        Thread.ofVirtual()
            .name(agent.name() + ": " + group.getFirst().getClass().getSimpleName())
            .unstarted(() -> run(group));
    for (A action : group) {
      Flight flight = flights.computeIfAbsent(action, a -> new Flight());
      flight.phase = Phase.RUNNING;
      flight.thread = thread;
    }
    thread.start();
  }

  private void run(List<A> group) {
    try {
      Groups.perform(agent, group);
      succeeded(group);
    } catch (Unavailable e) {
      failed(group, e);
    } catch (UncheckedIOException e) {
      failed(group, new DiskUnavailable(e));
    } catch (Throwable e) {
      broke(group, e);
    }
  }

  private synchronized void succeeded(List<A> group) {
    for (A action : group) {
      Flight flight = flights.get(action);
      flight.phase = Phase.DONE;
      flight.failures = 0;
      outages.end(action);
    }
    notifyAll();
  }

  /** All wait equally long, so that they are tried again together. */
  private synchronized void failed(List<A> group, Unavailable e) {
    group.forEach(action -> flights.get(action).failures++);
    int failures = group.stream().mapToInt(action -> flights.get(action).failures).max().orElse(1);
    Duration wait = backoff.after(failures);
    long retryAt = nanoTime.getAsLong() + wait.toNanos();
    for (A action : group) {
      flights.get(action).phase = Phase.FAILED;
      flights.get(action).retryAtNanos = retryAt;
    }
    notifyAll();
    if (closed) {
      return;
    }
    group.forEach(action -> outages.begin(action, e));
    LOG.debug("{}: {} failed, again in {} ms", agent.name(), group, wait.toMillis(), e);
  }

  private void broke(List<A> group, Throwable e) {
    synchronized (this) {
      group.forEach(flights::remove);
      notifyAll();
      if (closed) {
        // It was interrupted, or lost what it stood on, because we are closing.
        return;
      }
    }
    onBug.accept(e);
  }

  /**
   * Interrupts what is running and waits for it.
   *
   * @return whether all of it ended in time
   */
  synchronized boolean close(Duration atMost) throws InterruptedException {
    closed = true;
    flights.values().stream()
        .filter(flight -> flight.phase == Phase.RUNNING)
        .forEach(flight -> flight.thread.interrupt());
    long deadline = System.nanoTime() + atMost.toNanos();
    while (isAnyRunning()) {
      long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  private boolean isAnyRunning() {
    return flights.values().stream().anyMatch(flight -> flight.phase == Phase.RUNNING);
  }
}
