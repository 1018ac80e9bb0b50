package modicum.mediator;

import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import modicum.directory.encryption.KeyExchange;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.job.JobRunner;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;

/** Looks at engine and disk for what is no longer needed. */
final class MediatorObserver {
  private final long grace;
  private final Executor executor;
  private final JobRunner runner;
  private final MediatorRuns runs;
  private final Claims claims;
  private final KeyExchange exchange;

  /** Since when a match of which something is here has no verdict to wait for: block times. */
  private final Map<MatchId, Long> notDisputedSince = new HashMap<>();

  /**
   * @param grace seconds; the chain may be re-organised
   */
  MediatorObserver(
      long grace,
      Executor executor,
      JobRunner runner,
      MediatorRuns runs,
      Claims claims,
      KeyExchange exchange) {
    this.grace = grace;
    this.executor = executor;
    this.runner = runner;
    this.runs = runs;
    this.claims = claims;
    this.exchange = exchange;
  }

  Set<MatchId> toClean(List<Match> disputed, long now) {
    Set<MatchId> needed =
        disputed.stream()
            .filter(m -> MediatorPolicy.isInTime(m, now))
            .map(Match::id)
            .collect(Collectors.toSet());
    Set<MatchId> here = here();
    notDisputedSince.keySet().removeIf(m -> needed.contains(m) || !here.contains(m));
    here.stream()
        .filter(m -> !needed.contains(m))
        .forEach(m -> notDisputedSince.putIfAbsent(m, now));
    return notDisputedSince.entrySet().stream()
        .filter(e -> now - e.getValue() >= grace)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Set<MatchId> here() {
    Set<MatchId> here = new HashSet<>();
    try {
      here.addAll(runner.matches());
      here.addAll(claims.matches());
      here.addAll(exchange.matches());
      executor.runs().stream().filter(runs::isMine).forEach(run -> here.add(run.match()));
    } catch (EngineUnavailable | UncheckedIOException e) {
      // They are cleaned up when engine and disk answer again.
    }
    return here;
  }
}
