package modicum.solver;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.ledger.Head;
import modicum.protocol.offer.OfferHash;

/**
 * What the solver tells others of its latest look at the market; immutable.
 *
 * @param matching job offers of which a match is being posted
 * @param waiting the other live job offers, each with what stands in its way
 */
record Bulletin(
    Head head,
    Accounts accounts,
    LiveOffers live,
    Set<OfferHash> matching,
    Map<OfferHash, List<Obstacle>> waiting) {

  static Bulletin of(SolverView view, Findings findings) {
    return new Bulletin(
        view.head(),
        Accounts.of(view.market(), view.head()),
        view.live(),
        hashes(view.underway(), findings.matches()),
        findings.unmatched());
  }

  private static Set<OfferHash> hashes(
      Collection<SolverAction.PostMatch> underway, Collection<SolverAction.PostMatch> found) {
    return Stream.concat(underway.stream(), found.stream())
        .map(match -> match.job().hash())
        .collect(Collectors.toUnmodifiableSet());
  }
}
