package modicum.ledger.orders;

import java.util.random.RandomGenerator;
import modicum.protocol.offer.Quantity;

/**
 * Nonces that rise with time, so that raising the floor of an account cancels what it offered
 * before, and nothing that it offers later: the block time in seconds, then a number of 16 bits,
 * odd in job offers and even in resource offers.
 */
public final class OfferNonces {
  private static final int NUMBER_BITS = 16;

  private OfferNonces() {}

  /** The lowest nonce of this time: above all that were drawn before, and a floor for them. */
  public static long first(long blockTime) {
    return blockTime << NUMBER_BITS;
  }

  /** A floor that cancels all offers up to this time, and that is above the present floor. */
  public static long floorAfter(long blockTime, long floor) {
    return Math.max(first(blockTime + 1), floor + 1);
  }

  /**
   * A nonce for a job offer.
   *
   * @param floor of the account, as the market has it
   */
  public static long ofJobOffer(long blockTime, long floor, RandomGenerator random) {
    long drawn = random.nextLong(1L << NUMBER_BITS) | 1;
    return requireLeft(lowest(blockTime, floor) + drawn, floor);
  }

  /**
   * The nonce of a resource offer.
   *
   * @param since block time from which on the offer stands
   * @param number of the offer among those that stand since then, from 0
   */
  public static long ofResourceOffer(long since, long floor, long number) {
    return requireLeft(lowest(since, floor) + 2 * number, floor);
  }

  private static long lowest(long blockTime, long floor) {
    long lowest = Math.max(first(blockTime), floor);
    return lowest + (lowest & 1);
  }

  private static long requireLeft(long nonce, long floor) {
    if (nonce > Quantity.MAXIMUM) {
      throw new IllegalArgumentException(
          "the account's nonce floor is "
              + floor
              + ", which leaves no nonce for another offer; use another account");
    }
    return nonce;
  }
}
