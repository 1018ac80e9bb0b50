package modicum.jobcreator.profile;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.jobcreator.JobCreatorView;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.ResourceOfferState;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.result.Usage;

/**
 * What a job would cost by the offers that stand now. Pure.
 *
 * @param standing how many offers stand
 * @param fitting those that would take the job, the cheapest first
 */
public record PriceQuote(int standing, List<ResourceOffer> fitting, Usage expected) {
  public PriceQuote {
    fitting = List.copyOf(fitting);
  }

  /**
   * What of a job decides whether an offer takes it.
   *
   * @param expected what the job is likely to use
   */
  public record Wanted(
      Limits limits, Usage expected, Architecture architecture, Bytes32 baseLayer) {}

  /**
   * @param left with solvers
   * @param now block time, seconds since 1970
   */
  public static PriceQuote of(
      Wanted wanted,
      Collection<SignedResourceOffer> left,
      MarketState state,
      OfferHasher hasher,
      long now) {
    List<ResourceOffer> standing =
        Stream.concat(
                left.stream().map(SignedResourceOffer::offer),
                state.postedResourceOffers().values().stream())
            .distinct()
            .filter(offer -> stands(offer, state, hasher, now))
            .toList();
    List<ResourceOffer> fitting =
        standing.stream()
            .filter(offer -> fits(offer, wanted, state))
            .sorted(Comparator.comparing(offer -> offer.prices().priceOf(wanted.expected())))
            .toList();
    return new PriceQuote(standing.size(), fitting, wanted.expected());
  }

  /** The prices of the cheapest; empty where no offer takes the job. */
  public Optional<Prices> cheapest() {
    return fitting.stream().findFirst().map(ResourceOffer::prices);
  }

  /** Of the offer in the middle, wei; empty where no offer takes the job. */
  public Optional<Wei> middlePrice() {
    return fitting.isEmpty()
        ? Optional.empty()
        : Optional.of(fitting.get(fitting.size() / 2).prices().priceOf(expected));
  }

  /**
   * What has to be free for the job at these prices: of it the price is paid, and the rest comes
   * back unless the job is at fault.
   *
   * @param mediators of which the job may get any
   */
  public static Wei deposit(
      Limits limits,
      Prices prices,
      MarketState state,
      Address directory,
      Collection<Address> mediators,
      Wei incentive) {
    return JobCreatorView.deposit(
        state, prices.priceOf(limits.priced()), directory, mediators, incentive);
  }

  private static boolean stands(
      ResourceOffer offer, MarketState state, OfferHasher hasher, long now) {
    ResourceOfferState known = state.resourceOffer(hasher.hash(offer));
    return offer.expiry() >= now
        && offer.nonce() >= state.nonceFloor(offer.resourceProvider())
        && known.used() < offer.slots()
        && !known.cancelled();
  }

  private static boolean fits(ResourceOffer offer, Wanted wanted, MarketState state) {
    Address provider = offer.resourceProvider();
    return offer.capacity().covers(wanted.limits())
        && state
            .registry()
            .resourceProvider(provider)
            .filter(p -> p.architecture().equals(wanted.architecture()))
            .isPresent()
        && state
            .registry()
            .trusts(Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, provider, wanted.baseLayer());
  }
}
