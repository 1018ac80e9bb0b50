package modicum.acceptance.memory;

import java.util.List;
import java.util.Optional;
import modicum.ledger.orders.JobOfferStatus;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.offer.OfferHash;

/** An order book of which its user, or the solver that keeps it, may die with every offer left. */
final class TrappedOrderBook implements OrderBook {
  private final OrderBook real;
  private final Trap trap;

  TrappedOrderBook(OrderBook real, Trap trap) {
    this.real = real;
    this.trap = trap;
  }

  @Override
  public Optional<String> leave(SignedJobOffer offer) {
    int effect = trap.happens("leave job offer");
    try {
      return real.leave(offer);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public Optional<String> leave(SignedResourceOffer offer) {
    int effect = trap.happens("leave resource offer");
    try {
      return real.leave(offer);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public List<SignedJobOffer> jobOffers() {
    return real.jobOffers();
  }

  @Override
  public List<SignedResourceOffer> resourceOffers() {
    return real.resourceOffers();
  }

  @Override
  public Optional<JobOfferStatus> status(OfferHash jobOffer) {
    return real.status(jobOffer);
  }
}
