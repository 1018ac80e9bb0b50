package modicum.provider;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import modicum.provider.ProviderObservation.LeftOffer;

/**
 * Which offers were left with solvers not long ago. It may be forgotten at any time, and is every
 * now and then: leaving an offer twice is leaving it once, and a solver may have been restarted.
 */
final class LeftOffers {
  /** After so many seconds an offer is left again. */
  private static final long FRESH = 30;

  private final Map<LeftOffer, Long> leftAt = new HashMap<>();

  synchronized void left(LeftOffer offer, long now) {
    leftAt.put(offer, now);
  }

  synchronized Set<LeftOffer> fresh(long now) {
    leftAt.values().removeIf(at -> now - at >= FRESH || at > now);
    return Set.copyOf(leftAt.keySet());
  }
}
