package modicum.mediator.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.uptime.UptimeUnproven;
import modicum.ledger.EventSource;
import modicum.ledger.LedgerUnavailable;
import modicum.protocol.Unavailable;
import modicum.protocol.identity.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at all directories that a mediator trusts, and notes what it sees. */
public final class Probes {
  private static final Logger LOG = LoggerFactory.getLogger("modicum.mediator");

  /** A directory that takes longer is down; its client has tried again by then. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /** A clock that is further behind the chain's is wrong, seconds. */
  private static final long CLOCK_TOLERANCE = 120;

  private final List<Address> directories;
  private final Function<Address, UptimeSource> doors;
  private final EventSource ledger;
  private final LongSupplier clock;
  private final ProbeLog log;

  /**
   * @param doors throws Unavailable for a directory of which it is not known where it is
   * @param clock seconds since 1970
   */
  public Probes(
      List<Address> directories,
      Function<Address, UptimeSource> doors,
      EventSource ledger,
      LongSupplier clock,
      ProbeLog log) {
    this.directories = List.copyOf(directories);
    this.doors = doors;
    this.ledger = ledger;
    this.clock = clock;
    this.log = log;
  }

  public ProbeLog log() {
    return log;
  }

  /** What is known of each directory, in the order of the configuration. */
  public List<ProbeLog.Sight> sights() {
    return directories.stream().map(log::sight).toList();
  }

  /** One look at each, at the same time. */
  public List<Probe> round() throws InterruptedException {
    long now = clock.getAsLong();
    OptionalLong chainTime = chainTime();
    List<Probe> seen = lookAtAll(now);
    boolean reachedNothing =
        chainTime.isEmpty() && seen.stream().noneMatch(p -> p.head().isPresent());
    boolean wrongClock = chainTime.isPresent() && chainTime.getAsLong() > now + CLOCK_TOLERANCE;
    List<Probe> noted =
        seen.stream()
            .map(
                p ->
                    p.outcome() == Probe.Outcome.DOWN && (reachedNothing || wrongClock)
                        ? p.asOurTrouble()
                        : p)
            .toList();
    noted.forEach(this::tell);
    log.add(noted);
    return noted;
  }

  private OptionalLong chainTime() {
    try {
      return OptionalLong.of(ledger.head().time());
    } catch (LedgerUnavailable e) {
      return OptionalLong.empty();
    }
  }

  private List<Probe> lookAtAll(long now) throws InterruptedException {
    List<Callable<Probe>> looks =
        directories.stream().<Callable<Probe>>map(d -> () -> look(d, now)).toList();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Probe>> done =
          threads.invokeAll(looks, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      List<Probe> probes = new ArrayList<>();
      for (int i = 0; i < done.size(); i++) {
        probes.add(result(done.get(i), directories.get(i), now));
      }
      return probes;
    } finally {
      // Not closed: that would wait for who does not answer.
      threads.shutdownNow();
    }
  }

  private static Probe result(Future<Probe> done, Address directory, long now)
      throws InterruptedException {
    try {
      return done.get();
    } catch (CancellationException e) {
      return Probe.down(now, directory, "no answer within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a bug in a probe", e.getCause());
    }
  }

  private Probe look(Address directory, long now) {
    UptimeSource door;
    try {
      door = doors.apply(directory);
    } catch (Unavailable e) {
      return Probe.ourTrouble(now, directory, shown(e));
    }
    try {
      UptimeHead head = door.probe();
      return head.directory().equals(directory)
          ? Probe.answered(now, head)
          : Probe.down(now, directory, "it shows the head of " + head.directory());
    } catch (DirectoryUnavailable | UptimeUnproven e) {
      return Probe.down(now, directory, shown(e));
    }
  }

  private static String shown(Exception e) {
    return modicum.protocol.encoding.Text.shown(String.valueOf(e.getMessage()));
  }

  /** The first of several failures in a row is news, and so is the end of them. */
  private void tell(Probe probe) {
    boolean wasUp = log.sight(probe.directory()).last().filter(p -> p.head().isEmpty()).isEmpty();
    if (wasUp && probe.outcome() == Probe.Outcome.DOWN) {
      LOG.warn("Directory {} does not pass a probe: {}", probe.directory(), probe.why());
    } else if (wasUp && probe.outcome() == Probe.Outcome.SAYS_NOTHING) {
      LOG.warn("A probe of directory {} says nothing: {}", probe.directory(), probe.why());
    } else if (!wasUp && probe.outcome() == Probe.Outcome.ANSWERED) {
      LOG.info("Directory {} passes probes again.", probe.directory());
    }
  }
}
