package modicum.ledger;

import java.util.List;

/**
 * Where the market's events are read from. Every method throws {@link LedgerUnavailable} when no
 * node answers.
 */
public interface EventSource {
  /** The newest block. */
  Head head();

  /**
   * The block of this number; the follower compares its hash to notice a re-organised chain. A node
   * that has no such block (yet) is unavailable.
   */
  Head block(long number);

  /** The first block that can hold events: the one in which the market was deployed. */
  long deploymentBlock();

  /** All events of the blocks from and to, both included, in order. */
  List<RecordedEvent> events(long fromBlock, long toBlock);
}
