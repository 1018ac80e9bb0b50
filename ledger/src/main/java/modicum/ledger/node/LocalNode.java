package modicum.ledger.node;

import java.net.URI;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;

/**
 * A chain of one node on this machine, for local markets and tests: a process that ends with us,
 * and listens on the loopback interface only.
 */
public interface LocalNode extends AutoCloseable {
  /** Where it answers JSON-RPC. */
  URI url();

  /** Gives an account more of the chain's own coin. */
  void fund(Address account, Wei amount);

  /** Moves the clock by at least so many seconds, and makes a block, so that everyone sees it. */
  void increaseTime(long seconds);

  /** Kills the node at once, as a crash would. */
  void kill();

  /** Stops the node; a kept chain is written. */
  @Override
  void close();
}
