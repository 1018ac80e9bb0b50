package modicum.directory.app;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import modicum.protocol.identity.Address;

/**
 * Remembers the nonces of requests for as long as their timestamps are accepted, so that none is
 * used twice. Memory is bounded, for each account and in all; at the bound it says so rather than
 * forget.
 */
final class NonceMemory {
  enum Answer {
    FRESH,
    USED,
    FULL
  }

  private final long keepSeconds;
  private final int maximumOfOne;
  private final int maximumOfAll;
  private final Set<Used> used = new HashSet<>();
  private final Deque<Aged> inOrder = new ArrayDeque<>();
  private final Map<Address, Integer> counts = new HashMap<>();

  /**
   * @param keepSeconds longer than any timestamp is accepted
   */
  NonceMemory(long keepSeconds, int maximumOfOne, int maximumOfAll) {
    this.keepSeconds = keepSeconds;
    this.maximumOfOne = maximumOfOne;
    this.maximumOfAll = maximumOfAll;
  }

  /**
   * Remembers a nonce if it is fresh.
   *
   * @param now seconds since 1970
   */
  synchronized Answer use(Address requester, String nonce, long now) {
    forgetBefore(now - keepSeconds);
    Used entry = new Used(requester, nonce);
    if (used.contains(entry)) {
      return Answer.USED;
    }
    if (inOrder.size() >= maximumOfAll || counts.getOrDefault(requester, 0) >= maximumOfOne) {
      return Answer.FULL;
    }
    used.add(entry);
    inOrder.addLast(new Aged(entry, now));
    counts.merge(requester, 1, Integer::sum);
    return Answer.FRESH;
  }

  private void forgetBefore(long time) {
    while (!inOrder.isEmpty() && inOrder.peekFirst().at() < time) {
      Used entry = inOrder.removeFirst().entry();
      used.remove(entry);
      counts.computeIfPresent(entry.requester(), (a, n) -> n == 1 ? null : n - 1);
    }
  }

  private record Used(Address requester, String nonce) {}

  private record Aged(Used entry, long at) {}
}
