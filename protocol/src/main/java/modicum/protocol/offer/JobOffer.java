package modicum.protocol.offer;

import static modicum.protocol.offer.Quantity.requireQuantity;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;

/**
 * A job creator's offer to have a job run (section 4). Times are block times, seconds since 1970.
 *
 * @param maxPrices the most that the job creator pays
 * @param completionDeadline last block time at which a result is taken
 * @param matchIncentive wei to the solver
 * @param baseLayer SHA-256 of the image's lowest layer
 * @param jobDigest SHA-256 of the canonical job spec
 * @param nonce makes equal offers distinct
 * @param expiry last block time at which the offer can be matched
 */
public record JobOffer(
    Address jobCreator,
    Limits limits,
    Prices maxPrices,
    long completionDeadline,
    Wei matchIncentive,
    Bytes32 baseLayer,
    Bytes32 jobDigest,
    Address directory,
    Architecture architecture,
    long nonce,
    long expiry) {
  public JobOffer {
    BlockTime.require("completion deadline", completionDeadline);
    BlockTime.require("expiry", expiry);
    requireQuantity("nonce", nonce);
    Amounts.require96("match incentive", matchIncentive);
  }

  /** pi_hat: what the job costs if it uses all of its limits at the highest price, wei. */
  public Wei estimate() {
    return maxPrices.priceOf(limits.priced());
  }
}
