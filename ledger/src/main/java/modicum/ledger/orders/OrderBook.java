package modicum.ledger.orders;

import java.util.List;
import java.util.Optional;
import modicum.protocol.offer.OfferHash;

/**
 * A solver's order book, as parties see it: where signed offers are left to be matched. Nobody
 * needs to trust it: it can only propose matches that the contract checks. Every method throws
 * {@link OrderBookUnavailable} when the solver does not answer.
 */
public interface OrderBook {
  /**
   * Leaves an offer; leaving it twice is leaving it once, also when it was matched in between.
   * Present: why the solver refuses it.
   */
  Optional<String> leave(SignedJobOffer offer);

  /**
   * Leaves an offer; leaving it twice is leaving it once, also when it was matched in between.
   * Present: why the solver refuses it.
   */
  Optional<String> leave(SignedResourceOffer offer);

  /** The live job offers that the solver knows of. */
  List<SignedJobOffer> jobOffers();

  /** The live resource offers that the solver knows of. */
  List<SignedResourceOffer> resourceOffers();

  /** What the solver says of a job offer; empty where it does not know it. */
  Optional<JobOfferStatus> status(OfferHash jobOffer);
}
