package modicum.solver;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Condition;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;

/** The money and slots that the matches found so far will take, so that no two rely on the same. */
final class Reservations {
  private record Deposits(Wei ofJobCreator, Wei ofProvider) {}

  private final MarketState market;
  private final Map<Address, Wei> money = new HashMap<>();
  private final Map<OfferHash, Long> slots = new HashMap<>();

  Reservations(MarketState market) {
    this.market = market;
  }

  boolean hasFreeSlot(LiveResourceOffer resource) {
    return slots.getOrDefault(resource.hash(), 0L) < resource.freeSlots();
  }

  /** Condition 8 of section 4: whose money does not suffice, if anyone's. */
  Optional<Rejection> shortage(JobOffer job, ResourceOffer resource, Address mediator) {
    Deposits deposits = deposits(job, resource, mediator);
    Address jobCreator = job.jobCreator();
    Address provider = resource.resourceProvider();
    Wei free = free(jobCreator);
    if (!free.covers(deposits.ofJobCreator)) {
      return shortage(jobCreator, deposits.ofJobCreator, free);
    }
    Wei left = jobCreator.equals(provider) ? free.minus(deposits.ofJobCreator) : free(provider);
    return left.covers(deposits.ofProvider)
        ? Optional.empty()
        : shortage(provider, deposits.ofProvider, left);
  }

  void reserve(SolverAction.PostMatch match) {
    Deposits deposits = deposits(match.job().offer(), match.resource().offer(), match.mediator());
    money.merge(match.job().offer().jobCreator(), deposits.ofJobCreator, Wei::plus);
    money.merge(match.resource().offer().resourceProvider(), deposits.ofProvider, Wei::plus);
    slots.merge(match.resource().hash(), 1L, Long::sum);
  }

  private Wei free(Address account) {
    return market.balance(account).free().minusOrZero(money.getOrDefault(account, Wei.ZERO));
  }

  private Deposits deposits(JobOffer job, ResourceOffer resource, Address mediator) {
    Wei availability =
        availability(market.registry().mediator(mediator).map(m -> m.availabilityValue()))
            .plus(
                availability(
                    market.registry().directory(job.directory()).map(d -> d.availabilityValue())));
    return new Deposits(
        market.pricing().deposit(job.estimate(), availability, job.matchIncentive()),
        market.pricing().deposit(job.estimate(), availability, resource.matchIncentive()));
  }

  private static Wei availability(Optional<Wei> registered) {
    return registered.orElse(Wei.ZERO);
  }

  private static Optional<Rejection> shortage(Address account, Wei needed, Wei free) {
    return Optional.of(Rejection.of(Condition.INSUFFICIENT_FUNDS, account, needed, free));
  }
}
