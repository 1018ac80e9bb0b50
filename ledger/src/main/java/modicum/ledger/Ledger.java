package modicum.ledger;

import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;

/**
 * One account's door to the market: reads it, and sends commands in the account's name. Every
 * method throws {@link LedgerUnavailable} when no node answers.
 */
public interface Ledger extends EventSource {
  /** The account in whose name commands are sent; also signs offers. */
  Signer signer();

  default Address account() {
    return signer().address();
  }

  MarketParameters parameters();

  OfferHasher hasher();

  /**
   * Sends a command and waits until it is on the chain (or refused). Asks the node first, so that a
   * command that would be refused costs nothing.
   *
   * @throws IllegalArgumentException when the command is another account's
   */
  Submission submit(Command command);

  /** What the market would say now, without sending; empty where it would accept. */
  Optional<Rejection> dryRun(Command command);

  /** Money of an account outside the market, wei. */
  Wei wallet(Address account);
}
