package modicum.provider;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunState;
import modicum.executor.job.JobRunner;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;

/** Looks at engine and disk. */
final class ProviderObserver {
  private final ProviderConfig config;
  private final Executor executor;
  private final JobRunner runner;
  private final Troubles troubles;
  private final LeftOffers leftOffers;
  private final Published published;
  private final Runs runs;
  private final ProviderKeys keys;

  /** Since when a match of which something is here is not open: block times. */
  private final Map<MatchId, Long> notOpenSince = new HashMap<>();

  ProviderObserver(
      ProviderConfig config,
      Executor executor,
      JobRunner runner,
      Troubles troubles,
      LeftOffers leftOffers,
      Published published,
      Runs runs,
      ProviderKeys keys) {
    this.config = config;
    this.executor = executor;
    this.runner = runner;
    this.troubles = troubles;
    this.leftOffers = leftOffers;
    this.published = published;
    this.runs = runs;
    this.keys = keys;
  }

  ProviderObservation observe(List<Match> open, long now) {
    Map<MatchId, ProviderObservation.Job> jobs =
        open.stream().collect(Collectors.toMap(Match::id, this::job));
    return new ProviderObservation(jobs, leftOffers.fresh(now), toClean(jobs.keySet(), now));
  }

  private ProviderObservation.Job job(Match match) {
    return new ProviderObservation.Job(
        run(runs.name(match.id())),
        runner.prepared(match.id()),
        troubles.of(match.id()),
        published.of(match.id()),
        keys.areToShow(match.id(), match.terms().mediator()));
  }

  /** Without the engine, what has to be done on the chain must still be done. */
  private RunState run(RunName name) {
    try {
      return executor.observe(name);
    } catch (EngineUnavailable e) {
      return new RunState.NotStarted();
    }
  }

  /**
   * A match that is not open may come back with a re-organised chain, so things are kept a while.
   */
  private Set<MatchId> toClean(Set<MatchId> open, long now) {
    Set<MatchId> here = here();
    notOpenSince.keySet().removeIf(match -> open.contains(match) || !here.contains(match));
    here.stream().filter(m -> !open.contains(m)).forEach(m -> notOpenSince.putIfAbsent(m, now));
    return notOpenSince.entrySet().stream()
        .filter(e -> now - e.getValue() >= config.reorganisationGrace())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Set<MatchId> here() {
    Set<MatchId> here = new HashSet<>(runner.matches());
    here.addAll(keys.exchange().matches());
    try {
      executor.runs().stream().filter(runs::isMine).forEach(run -> here.add(run.match()));
    } catch (EngineUnavailable e) {
      // They are cleaned up when it answers again.
    }
    return here;
  }
}
