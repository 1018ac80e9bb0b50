package modicum.marketplace.role;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.MatchAccess;
import modicum.directory.MatchRegister;
import modicum.directory.SeenBlock;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.RecordedEvent;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Registry;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Stage;

/**
 * What a directory needs to know of the ledger. Every question is answered by the newest block: a
 * party that has just been matched must not be turned away.
 */
final class LedgerMatchRegister implements MatchRegister {
  private static final long FRESH_NANOS = 200_000_000;

  private final Ledger ledger;
  private final LedgerFollower follower;
  private final Address directory;
  private final Map<MatchId, Long> closedInBlock = new HashMap<>();
  private final Map<MatchId, Long> closedAt = new HashMap<>();
  private Optional<Long> polledAt = Optional.empty();

  LedgerMatchRegister(Ledger ledger) {
    this.ledger = ledger;
    this.follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
    this.directory = ledger.account();
  }

  @Override
  public synchronized Standing standingOf(Address account) {
    refresh();
    Registry registry = follower.state().registry();
    if (registry.isRegistered(Role.JOB_CREATOR, account)) {
      return Standing.JOB_CREATOR;
    }
    return Arrays.stream(Role.values()).anyMatch(role -> registry.isRegistered(role, account))
        ? Standing.REGISTERED
        : Standing.UNREGISTERED;
  }

  @Override
  public synchronized List<MatchAccess> matchesOf(Address party) {
    return accessOf(match -> isParty(match, party));
  }

  @Override
  public synchronized List<MatchAccess> matches() {
    return accessOf(match -> true);
  }

  private List<MatchAccess> accessOf(Predicate<Match> wanted) {
    refresh();
    return follower.state().matches().stream()
        .filter(match -> match.terms().directory().equals(directory))
        .filter(wanted)
        .map(this::access)
        .toList();
  }

  @Override
  public synchronized long blockTime() {
    refresh();
    return follower.head().time();
  }

  @Override
  public synchronized Optional<SeenBlock> newestBlock() {
    refresh();
    return Optional.of(new SeenBlock(follower.head().number(), follower.head().hash()));
  }

  private static boolean isParty(Match match, Address party) {
    return party.equals(match.terms().jobCreator())
        || party.equals(match.terms().resourceProvider())
        || party.equals(match.terms().mediator());
  }

  private void refresh() {
    if (polledAt.filter(at -> System.nanoTime() - at < FRESH_NANOS).isPresent()) {
      return;
    }
    try {
      follower.poll().forEach(this::see);
      polledAt = Optional.of(System.nanoTime());
    } catch (LedgerUnavailable e) {
      throw new DirectoryUnavailable("the directory's ledger is away: " + e.getMessage(), e);
    }
  }

  private void see(RecordedEvent recorded) {
    if (recorded.event() instanceof MarketEvent.MatchClosed closed) {
      closedInBlock.put(closed.matchId(), recorded.block());
      closedAt.remove(closed.matchId());
    }
  }

  private MatchAccess access(Match match) {
    return new MatchAccess(
        match.id(),
        match.terms().jobCreator(),
        match.terms().resourceProvider(),
        match.terms().mediator(),
        match.jobOffer().jobDigest(),
        stage(match.state().stage()),
        match.state().postedResult().isPresent(),
        match.isOpen() ? OptionalLong.empty() : OptionalLong.of(closingTime(match.id())),
        evidence(match.state()));
  }

  private long closingTime(MatchId match) {
    return closedAt.computeIfAbsent(
        match,
        id -> {
          try {
            return ledger.block(closedInBlock.get(id)).time();
          } catch (LedgerUnavailable e) {
            throw new DirectoryUnavailable("the directory's ledger is away: " + e.getMessage(), e);
          }
        });
  }

  private static Optional<Bytes32> evidence(MatchState state) {
    return state instanceof MatchState.Closed closed
        ? closed.mediation().map(MatchState.Mediation::evidence)
        : Optional.empty();
  }

  private static MatchAccess.Stage stage(Stage stage) {
    return switch (stage) {
      case AWAITING_RESULT -> MatchAccess.Stage.AWAITING_RESULT;
      case AWAITING_REACTION -> MatchAccess.Stage.AWAITING_REACTION;
      case IN_MEDIATION -> MatchAccess.Stage.IN_MEDIATION;
      case CLOSED -> MatchAccess.Stage.CLOSED;
      case UNKNOWN, POSTED, CANCELLED ->
          throw new IllegalStateException("a match is in stage " + stage);
    };
  }
}
