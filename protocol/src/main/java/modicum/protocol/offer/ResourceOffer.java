package modicum.protocol.offer;

import static modicum.protocol.offer.Quantity.requireQuantity;

import modicum.protocol.identity.Address;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;

/**
 * A resource provider's offer to run jobs (section 4).
 *
 * @param capacity what it can give to each job
 * @param prices reservation prices: what it is paid
 * @param matchIncentive wei to the solver, for each match
 * @param slots how many matches this offer can serve in all, 0 to 2^32 - 1
 * @param nonce makes equal offers distinct
 * @param expiry last block time at which the offer can be matched
 */
public record ResourceOffer(
    Address resourceProvider,
    Capacity capacity,
    Prices prices,
    Wei matchIncentive,
    long slots,
    long nonce,
    long expiry) {
  private static final long MAXIMUM_SLOTS = 0xffff_ffffL;

  public ResourceOffer {
    if (slots < 0 || slots > MAXIMUM_SLOTS) {
      throw new IllegalArgumentException("slots is 0 to 2^32 - 1, got " + slots);
    }
    BlockTime.require("expiry", expiry);
    requireQuantity("nonce", nonce);
    Amounts.require96("match incentive", matchIncentive);
  }
}
