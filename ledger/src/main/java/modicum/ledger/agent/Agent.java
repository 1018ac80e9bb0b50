package modicum.ledger.agent;

import java.util.List;
import modicum.ledger.Head;
import modicum.protocol.market.MarketState;

/**
 * What every agent is to the loop that drives it: it decides by the state, and performs what it
 * decided. Deciding the same thing twice is normal; the loop performs an action only while no equal
 * one is in flight, so actions are values with equality.
 */
public interface Agent<A> {
  /** For logs and thread names. */
  String name();

  /** What should be done now. Reads the state and what it can observe, and changes nothing. */
  List<A> decide(MarketState state, Head head);

  /** Does it. Must not read the market's state: whatever it needs is in the action. */
  void perform(A action) throws InterruptedException;

  /**
   * Whether the action comes to one command on the ledger that may go in one transaction with
   * others, in any order. Several such that are decided at once are performed together.
   */
  default boolean sharesTransaction(A action) {
    return false;
  }

  /**
   * Does several that share a transaction. What the ledger refuses of one must not keep it from the
   * others; something unavailable is thrown for all of them, also where some are done already.
   */
  default void performTogether(List<A> actions) throws InterruptedException {
    for (A action : actions) {
      perform(action);
    }
  }
}
