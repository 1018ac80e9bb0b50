package modicum.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import modicum.protocol.market.MarketState;
import modicum.protocol.money.MarketParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the market: reads its events block range by block range, up to a number of confirmations
 * below the newest block, and folds them into a {@link MarketState}. It asks again rather than
 * subscribes, since subscriptions lose events.
 *
 * <p>Where the chain was re-organised below what was read, everything is folded again from the
 * deployment block. Not thread-safe: one thread polls and reads the state.
 */
public final class LedgerFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFollower.class);

  /** How many places of earlier polls are remembered, to tell where a re-organised chain forked. */
  private static final int REMEMBERED = 256;

  /**
   * @param chunk blocks read in one request, at least 1
   * @param confirmations how many blocks stand above the newest that is read; 0 reads all
   */
  public record Options(int chunk, int confirmations) {
    public static final Options DEFAULT = new Options(2000, 0);

    public Options {
      if (chunk < 1 || confirmations < 0) {
        throw new IllegalArgumentException(
            "chunk is at least 1 and confirmations at least 0, got "
                + chunk
                + ", "
                + confirmations);
      }
    }
  }

  private final EventSource source;
  private final MarketParameters parameters;
  private final Options options;

  /** The state and the newest block that it includes: always replaced or advanced together. */
  private static final class Fold {
    private final MarketState state;
    private Optional<Head> cursor = Optional.empty();

    Fold(MarketParameters parameters) {
      this.state = new MarketState(parameters);
    }
  }

  private Fold fold;
  private Optional<Fold> refold = Optional.empty();
  private Optional<Head> head = Optional.empty();
  private final Deque<Head> remembered = new ArrayDeque<>();

  /** Events that were folded by a poll that then failed: the next one hands them over. */
  private final List<RecordedEvent> undelivered = new ArrayList<>();

  public LedgerFollower(EventSource source, MarketParameters parameters, Options options) {
    this.source = source;
    this.parameters = parameters;
    this.options = options;
    this.fold = new Fold(parameters);
  }

  public LedgerFollower(MarketReader market, Options options) {
    this(market, market.parameters(), options);
  }

  /** The market as of {@link #cursor}. */
  public MarketState state() {
    return fold.state;
  }

  /** The newest block of the last poll, whether confirmed or not: the clock. */
  public Head head() {
    return head.orElseThrow(() -> new IllegalStateException("not polled yet"));
  }

  /** The newest block that the state includes; empty before the first poll. */
  public Optional<Head> cursor() {
    return fold.cursor;
  }

  /**
   * Reads what is new, and returns it in order. After a re-organisation that is whatever stands on
   * the new chain above the fork (or above a place not far below it). A poll that fails leaves the
   * state at a block that it was complete for; the next one goes on from there.
   *
   * @throws LedgerUnavailable when the node does not answer, or contradicts itself
   */
  public List<RecordedEvent> poll() {
    Head newest = source.head();
    long target = newest.number() - options.confirmations();
    if (liesBehind(newest)) {
      return List.of();
    }
    if (refold.isEmpty() && isReorganised()) {
      startOver();
    }
    Fold current = refold.orElse(fold);
    for (long from = next(current); from <= target; from = next(current)) {
      read(current, from, Math.min(target, from + options.chunk() - 1));
    }
    refold.ifPresent(complete -> fold = complete);
    refold = Optional.empty();
    head = Optional.of(newest);
    List<RecordedEvent> news = List.copyOf(undelivered);
    undelivered.clear();
    return news;
  }

  /** A node that has not yet caught up with what another told us has nothing to say. */
  private boolean liesBehind(Head newest) {
    return fold.cursor.filter(cursor -> newest.number() < cursor.number()).isPresent();
  }

  private boolean isReorganised() {
    return fold.cursor.filter(cursor -> !isOnChain(cursor)).isPresent();
  }

  private boolean isOnChain(Head block) {
    return source.block(block.number()).hash().equals(block.hash());
  }

  private void startOver() {
    Head lost = fold.cursor.orElseThrow();
    while (!remembered.isEmpty() && !isOnChain(remembered.peekLast())) {
      remembered.removeLast();
    }
    long known = newestRemembered();
    undelivered.removeIf(event -> event.block() > known);
    LOG.info(
        "The chain was re-organised: block {} {} is gone. Reading the market again.",
        lost.number(),
        lost.hash());
    refold = Optional.of(new Fold(parameters));
  }

  private long next(Fold current) {
    return current.cursor.map(cursor -> cursor.number() + 1).orElseGet(source::deploymentBlock);
  }

  private void read(Fold current, long from, long to) {
    Head end = source.block(to);
    List<RecordedEvent> events = source.events(from, to);
    // A block's hash commits to all blocks below it. Where both ends stand after the events were
    // read, the events are those of this very chain.
    if (!isOnChain(end) || current.cursor.filter(cursor -> !isOnChain(cursor)).isPresent()) {
      abandonRefold();
      throw new LedgerUnavailable("the chain was re-organised while it was read; reading again");
    }
    replay(current, events);
    current.cursor = Optional.of(end);
    deliver(current, events);
    remember(end);
  }

  /** The block under a half-done refold is gone too. The next poll finds the old cursor gone. */
  private void abandonRefold() {
    refold = Optional.empty();
  }

  private void replay(Fold current, List<RecordedEvent> events) {
    try {
      events.forEach(recorded -> current.state.replay(recorded.event()));
    } catch (IllegalStateException | IllegalArgumentException e) {
      // The contract cannot have emitted this. The state may hold half of it, so it is discarded.
      refold = Optional.of(new Fold(parameters));
      throw new LedgerUnavailable(
          "the node's events contradict each other (" + e.getMessage() + "); ask another node", e);
    }
  }

  private void deliver(Fold current, List<RecordedEvent> events) {
    boolean again = refold.filter(current::equals).isPresent();
    long known = again ? newestRemembered() : -1;
    events.stream().filter(e -> e.block() > known).forEach(undelivered::add);
  }

  private long newestRemembered() {
    return remembered.isEmpty() ? -1 : remembered.peekLast().number();
  }

  private void remember(Head end) {
    if (remembered.isEmpty() || remembered.peekLast().number() < end.number()) {
      remembered.addLast(end);
    }
    if (remembered.size() > REMEMBERED) {
      remembered.removeFirst();
    }
  }
}
