package modicum.directory.retention;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;

/**
 * How much each account may keep. What it has is counted in the storage itself, so that a restart
 * forgets nothing; what it was granted to put since then is counted as if it were there, and so is
 * the whole of an upload that has not ended, however little of it was sent.
 */
public final class Quotas {
  /** For how long a count is good, seconds: it misses only what others removed. */
  private static final long COUNT_LIFETIME = 600;

  /** No count is made anew sooner, seconds: counting costs the storage more than asking us. */
  private static final long SHORTEST_COUNT_LIFETIME = 5;

  private static final int MOST_ACCOUNTS = 10_000;

  private final Shelves shelves;
  private final long quota;
  private final long grantLifetime;
  private final LongSupplier clock;
  private final Map<Address, Account> accounts = new HashMap<>();

  /**
   * @param quota bytes for each account
   * @param grantLifetime seconds in which what was granted has to be put
   * @param clock seconds since 1970
   */
  public Quotas(Shelves shelves, long quota, long grantLifetime, LongSupplier clock) {
    this.shelves = shelves;
    this.quota = quota;
    this.grantLifetime = grantLifetime;
    this.clock = clock;
  }

  /**
   * What an account would have, were it granted an object.
   *
   * @param granted whether it was, and is counted from now on
   * @param used bytes, without the object
   */
  public record Answer(boolean granted, long used, long quota) {}

  /** Grants an object to an account that has room for it. */
  public Answer grant(Address owner, Digest digest) {
    Account account = account(owner);
    // Others need not wait while one account is counted.
    synchronized (account) {
      long now = clock.getAsLong();
      if (account.isOlderThan(COUNT_LIFETIME, now)) {
        count(owner, account, now);
      }
      if (!account.hasRoomFor(digest, quota) && account.isOlderThan(SHORTEST_COUNT_LIFETIME, now)) {
        count(owner, account, now);
      }
      long used = account.usedWithout(digest);
      if (!account.hasRoomFor(digest, quota)) {
        return new Answer(false, used, quota);
      }
      account.grants.put(digest, now + grantLifetime);
      return new Answer(true, used, quota);
    }
  }

  private synchronized Account account(Address owner) {
    if (accounts.size() >= MOST_ACCOUNTS && !accounts.containsKey(owner)) {
      // Grants that are forgotten may let an account go over its quota once, by their sum.
      accounts.clear();
    }
    return accounts.computeIfAbsent(owner, o -> new Account());
  }

  private void count(Address owner, Account account, long now) {
    account.grants.values().removeIf(until -> until < now);
    long[] sum = {0};
    shelves.forEach(
        owner,
        object -> {
          sum[0] += object.size();
          account.grants.remove(new Digest(object.sha256(), object.size()));
        });
    account.begun.clear();
    shelves.forEachUpload(
        owner, upload -> account.begun.add(new Digest(upload.sha256(), upload.size())));
    account.stored = sum[0];
    account.countedAt = now;
  }

  private static final class Account {
    /**
     * Until when each is granted. Uploads of one hash and several sizes have parts of their own, so
     * each counts.
     */
    private final Map<Digest, Long> grants = new HashMap<>();

    /** The uploads that had not ended when this was counted. */
    private final Set<Digest> begun = new HashSet<>();

    private long stored;
    private long countedAt = Long.MIN_VALUE;

    boolean isOlderThan(long seconds, long now) {
      return countedAt == Long.MIN_VALUE || now - countedAt > seconds;
    }

    long usedWithout(Digest digest) {
      Set<Digest> coming = new HashSet<>(begun);
      coming.addAll(grants.keySet());
      coming.remove(digest);
      return coming.stream().map(Digest::size).reduce(stored, Account::saturatingSum);
    }

    private static long saturatingSum(long a, long b) {
      return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    boolean hasRoomFor(Digest digest, long quota) {
      return digest.size() <= quota - Math.min(quota, usedWithout(digest));
    }
  }
}
