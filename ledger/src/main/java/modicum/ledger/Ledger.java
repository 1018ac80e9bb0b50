package modicum.ledger;

import java.util.List;
import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import modicum.protocol.market.Rejection;

/**
 * One account's door to the market: reads it, and sends commands in the account's name. Every
 * method throws {@link LedgerUnavailable} when no node answers.
 */
public interface Ledger extends MarketReader {
  /** The account in whose name commands are sent; also signs offers. */
  Signer signer();

  /** Tells whether an account signed, as the market itself would. */
  SignatureCheck signatures();

  @Override
  default Address account() {
    return signer().address();
  }

  /**
   * Sends a command and waits until it is on the chain (or refused). Asks the node first, so that a
   * command that would be refused costs nothing.
   *
   * @throws IllegalArgumentException when the command is another account's
   */
  Submission submit(Command command);

  /**
   * Sends many commands in one transaction, or in several where a block has no room for all, and
   * waits until they are on the chain. They are carried out in order, and one that is refused does
   * not stop the others. The market is asked first: where nothing would come of any of them,
   * nothing is sent, and one that would be refused whatever the others do is left out.
   *
   * <p>The receipt of a command holds its part of what its transaction cost, in proportion to what
   * it would have cost by itself; one that is refused on the chain bears its part for the bytes it
   * took. All parts of a transaction together are what was paid.
   *
   * @return what became of each command, in the order of the commands
   * @throws IllegalArgumentException when a command is another account's, or a deposit of the
   *     chain's own coin, which has to go by itself
   * @throws LedgerUnavailable also when some of several transactions are on the chain already: a
   *     caller that asks again is told what is still to be done
   */
  List<Submission> submitAll(List<Command> commands);

  /** What the market would say now, without sending; empty where it would accept. */
  Optional<Rejection> dryRun(Command command);
}
