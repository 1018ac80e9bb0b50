package modicum.solver;

import java.util.Map;
import java.util.Optional;
import modicum.ledger.Head;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.market.Condition;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Registry;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Pricing;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;

/**
 * Who could honour an offer, as of one block: an immutable copy, so that offers can be judged on
 * any thread while the ledger is followed.
 */
record Accounts(
    Head head,
    Registry.Summary registered,
    Map<Address, AccountBalance> balances,
    Map<Address, Long> nonceFloors,
    Pricing pricing) {
  static Accounts of(MarketState market, Head head) {
    return new Accounts(
        head,
        market.registry().summary(),
        Map.copyOf(market.balances()),
        Map.copyOf(market.nonceFloors()),
        market.pricing());
  }

  /** Why the offer was cancelled before it was left, where its owner has raised its floor. */
  Optional<Refusal> refuseBelowFloor(OfferHash hash, Address owner, long nonce) {
    long floor = nonceFloors.getOrDefault(owner, 0L);
    return nonce >= floor
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Condition.NONCE_BELOW_FLOOR,
                "make a new offer with a nonce of at least " + floor,
                hash,
                nonce,
                floor));
  }

  /** Why the owner could not honour the offer if it was matched now. */
  Optional<Refusal> refuse(JobOffer offer) {
    Address owner = offer.jobCreator();
    if (!registered.jobCreators().contains(owner)) {
      return notRegistered(Role.JOB_CREATOR, owner);
    }
    Directory directory = registered.directories().get(offer.directory());
    if (directory == null) {
      return notRegistered(Role.DIRECTORY, offer.directory());
    }
    // The mediator is not known yet; its availability comes on top.
    return requireFree(
        owner,
        pricing.deposit(offer.estimate(), directory.availabilityValue(), offer.matchIncentive()));
  }

  /** Why the owner could not honour the offer if it was matched now. */
  Optional<Refusal> refuse(ResourceOffer offer) {
    Address owner = offer.resourceProvider();
    if (!registered.resourceProviders().containsKey(owner)) {
      return notRegistered(Role.RESOURCE_PROVIDER, owner);
    }
    // How much more it must have depends on the job that it is matched with.
    return requireFree(owner, offer.matchIncentive());
  }

  private Wei free(Address account) {
    return balances.getOrDefault(account, AccountBalance.EMPTY).free();
  }

  private Optional<Refusal> requireFree(Address owner, Wei needed) {
    Wei free = free(owner);
    return free.covers(needed)
        ? Optional.empty()
        : Optional.of(
            Refusal.passing(
                Rejection.of(Condition.INSUFFICIENT_FUNDS, owner, needed, free),
                "deposit more into the market and leave the offer again"));
  }

  private static Optional<Refusal> notRegistered(Role role, Address account) {
    return Optional.of(
        Refusal.passing(
            Rejection.of(Condition.NOT_REGISTERED, role, account),
            "register the account, wait until it is confirmed, and leave the offer again"));
  }
}
