package modicum.ledger;

import modicum.protocol.identity.Address;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;

/**
 * One account's look at the market, for which no key is needed. Every method throws {@link
 * LedgerUnavailable} when no node answers.
 */
public interface MarketReader extends EventSource {
  Address account();

  MarketParameters parameters();

  OfferHasher hasher();

  /** What an account has outside the market of the money that the market is paid in, wei. */
  Wei wallet(Address account);

  /**
   * What an account has of the chain's own coin, which pays for its transactions, wei: the same as
   * its {@link #wallet} in a market that is paid in the coin.
   */
  Wei gasWallet(Address account);
}
