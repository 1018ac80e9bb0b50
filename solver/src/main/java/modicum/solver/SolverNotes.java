package modicum.solver;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHash;
import modicum.solver.SolverAction.PostMatch;

/**
 * What a solver remembers of its own doings beyond what the chain shows: matches that it is
 * posting, pairings that were refused, what posting costs. All of it may be lost at any time: the
 * market refuses whatever is posted twice, and it is asked before anything is paid.
 *
 * <p>Thread-safe.
 */
final class SolverNotes {
  private static final int MAXIMUM_DOUBLINGS = 30;

  private record Bar(int refusals, long until) {}

  private record Fee(Wei fee, long paidAt) {}

  private final SolverOptions options;

  /** By job offer: one is matched at most once, so nothing else is posted for it meanwhile. */
  private final Map<OfferHash, PostMatch> underway = new LinkedHashMap<>();

  private final Map<Pairing, Bar> bars = new HashMap<>();
  private Optional<Fee> lastFee = Optional.empty();
  private long now;
  private long version;

  SolverNotes(SolverOptions options) {
    this.options = options;
  }

  /** Changes whenever something that decisions depend on was noted. */
  synchronized long version() {
    return version;
  }

  /** Takes in what can be matched now, and forgets what concerns other offers. */
  synchronized void observe(LiveOffers live, long blockTime) {
    now = blockTime;
    Set<OfferHash> jobs = live.jobOfferHashes();
    Set<OfferHash> resources = live.resourceOfferHashes();
    underway
        .values()
        .removeIf(
            match ->
                !jobs.contains(match.job().hash()) || !resources.contains(match.resource().hash()));
    bars.keySet()
        .removeIf(
            pairing ->
                !jobs.contains(pairing.jobOffer()) || !resources.contains(pairing.resourceOffer()));
  }

  /** Returns whether the match may be posted: no other one of the same job offer is underway. */
  synchronized boolean begin(PostMatch match) {
    PostMatch known = underway.putIfAbsent(match.job().hash(), match);
    if (known == null) {
      version++;
    }
    return known == null || known.equals(match);
  }

  /** The match is on the chain; it stays underway until the followed chain shows it. */
  synchronized void accepted(Wei fee) {
    lastFee = Optional.of(new Fee(fee, now));
    version++;
  }

  /** The market does not want the match: it is not tried again for a while. */
  synchronized void refused(PostMatch match) {
    underway.remove(match.job().hash(), match);
    int refusals = Optional.ofNullable(bars.get(match.pairing())).map(Bar::refusals).orElse(0) + 1;
    bars.put(match.pairing(), new Bar(refusals, now + barSeconds(refusals)));
    version++;
  }

  synchronized List<PostMatch> underway() {
    return List.copyOf(underway.values());
  }

  synchronized Set<Pairing> barred() {
    return bars.entrySet().stream()
        .filter(entry -> now < entry.getValue().until())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What a match must bring, as far as known, wei. */
  synchronized Wei leastIncentive() {
    if (!options.coverFees()) {
      return options.minimumIncentive();
    }
    Wei fee =
        lastFee
            .filter(paid -> now - paid.paidAt() <= options.feeMemory().toSeconds())
            .map(Fee::fee)
            .orElse(Wei.ZERO);
    return fee.covers(options.minimumIncentive()) ? fee : options.minimumIncentive();
  }

  private long barSeconds(int refusals) {
    long doublings = 1L << Math.min(refusals - 1, MAXIMUM_DOUBLINGS);
    return Math.min(options.firstBar().toSeconds() * doublings, options.longestBar().toSeconds());
  }
}
