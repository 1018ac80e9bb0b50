package modicum.ledger.agent;

import java.util.ArrayList;
import java.util.List;

/** What is performed at once: actions that share a transaction in bundles, all others alone. */
final class Groups {
  /** So that a bundle fits into a block, and one that fails does not hold up too much. */
  static final int MOST_TOGETHER = 20;

  private Groups() {}

  /** In the order in which they were decided; a bundle stands where its first action does. */
  static <A> List<List<A>> of(Agent<A> agent, List<A> actions) {
    List<List<A>> groups = new ArrayList<>();
    List<A> bundle = new ArrayList<>();
    for (A action : actions) {
      if (!agent.sharesTransaction(action)) {
        groups.add(List.of(action));
        continue;
      }
      if (bundle.isEmpty() || bundle.size() == MOST_TOGETHER) {
        bundle = new ArrayList<>();
        groups.add(bundle);
      }
      bundle.add(action);
    }
    return groups;
  }

  static <A> void perform(Agent<A> agent, List<A> group) throws InterruptedException {
    if (group.size() == 1) {
      agent.perform(group.getFirst());
    } else {
      agent.performTogether(group);
    }
  }
}
