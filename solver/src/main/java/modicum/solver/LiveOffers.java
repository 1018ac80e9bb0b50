package modicum.solver;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import modicum.protocol.offer.OfferHash;

/**
 * The offers that can be matched now: posted ones in the chain's order, then left ones as they
 * came.
 */
public record LiveOffers(List<LiveJobOffer> jobOffers, List<LiveResourceOffer> resourceOffers) {
  public LiveOffers {
    jobOffers = List.copyOf(jobOffers);
    resourceOffers = List.copyOf(resourceOffers);
  }

  Set<OfferHash> jobOfferHashes() {
    return jobOffers.stream().map(LiveJobOffer::hash).collect(Collectors.toUnmodifiableSet());
  }

  Set<OfferHash> resourceOfferHashes() {
    return resourceOffers.stream()
        .map(LiveResourceOffer::hash)
        .collect(Collectors.toUnmodifiableSet());
  }
}
