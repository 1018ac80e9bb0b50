package modicum.solver;

import java.util.List;
import java.util.Map;
import modicum.protocol.offer.OfferHash;

/**
 * What a search for matches came to.
 *
 * @param matches to be posted
 * @param unmatched what stands in the way of the other job offers, what rules out most first
 */
public record Findings(
    List<SolverAction.PostMatch> matches, Map<OfferHash, List<Obstacle>> unmatched) {
  public static final Findings NONE = new Findings(List.of(), Map.of());

  public Findings {
    matches = List.copyOf(matches);
    unmatched = Map.copyOf(unmatched);
  }
}
