package modicum.provider;

import java.util.ArrayList;
import java.util.List;
import modicum.ledger.orders.OfferNonces;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.ResourceOfferState;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.offer.ResourceOffer;

/**
 * The offers that should stand now. They follow from chain and clock alone, so that a restarted
 * agent offers exactly what it had offered, and is never matched beyond what it can run.
 */
public final class StandingOffers {
  private static final long MOST_PER_EPOCH = 1L << 20;

  /** An offer, and whether the chain shows it as posted. */
  public record Offer(ResourceOffer offer, OfferHash hash, boolean posted) {}

  private final ProviderConfig config;
  private final Address account;
  private final OfferHasher hasher;

  public StandingOffers(ProviderConfig config, Address account, OfferHasher hasher) {
    this.config = config;
    this.account = account;
    this.hasher = hasher;
  }

  /**
   * The lowest numbers of this epoch that are neither matched nor cancelled, from the account's
   * nonce floor on.
   *
   * @param wanted how many more jobs could be run now
   * @param now block time, seconds since 1970
   */
  public List<Offer> at(long now, int wanted, MarketState state) {
    List<Offer> standing = new ArrayList<>();
    long floor = state.nonceFloor(account);
    for (long sequence = 0; standing.size() < wanted && sequence < MOST_PER_EPOCH; sequence++) {
      ResourceOffer offer = offer(now, floor, sequence);
      OfferHash hash = hasher.hash(offer);
      ResourceOfferState known = state.resourceOffer(hash);
      if (known.used() == 0 && !known.cancelled()) {
        standing.add(new Offer(offer, hash, known.posted()));
      }
    }
    return standing;
  }

  private ResourceOffer offer(long now, long floor, long sequence) {
    long epoch = now / config.offerPeriod();
    long lastOfEpoch = (epoch + 1) * config.offerPeriod() - 1;
    return new ResourceOffer(
        account,
        config.capacity(),
        config.prices(),
        config.incentive(),
        1,
        OfferNonces.ofResourceOffer(epoch * config.offerPeriod(), floor, sequence),
        lastOfEpoch);
  }
}
