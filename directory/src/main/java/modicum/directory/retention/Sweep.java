package modicum.directory.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import modicum.directory.MatchAccess;
import modicum.directory.MatchRegister;
import modicum.directory.access.Reach;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * Removes what no match reaches and no one has wanted for a while.
 *
 * <p>It cannot race an upload: an object that is there is noted as wanted before its owner is told
 * so, and what is removed is looked at again just before, while no one can be told so. An object
 * that is not there is put by a URL that lives for minutes, so it is young. One process has to
 * serve a bucket.
 */
public final class Sweep {
  private final Shelves shelves;
  private final MatchRegister register;
  private final Reach reach;
  private final Retention retention;
  private final Address directory;
  private final LongSupplier clock;
  private final ReadWriteLock removing = new ReentrantReadWriteLock();

  /**
   * @param directory the directory's own account: what is in its name space is its shelf, and stays
   * @param clock seconds since 1970, near the storage's
   */
  public Sweep(
      Shelves shelves,
      MatchRegister register,
      Reach reach,
      Retention retention,
      Address directory,
      LongSupplier clock) {
    this.shelves = shelves;
    this.register = register;
    this.reach = reach;
    this.retention = retention;
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * What was removed.
   *
   * @param bytes of the objects
   * @param uploads that never ended
   */
  public record Swept(int objects, long bytes, int uploads) {}

  /**
   * Whether an object is there; if so, it stays for as long as if it had just been put.
   *
   * @param isThere looks
   */
  public boolean keepIf(Address owner, Bytes32 sha256, java.util.function.BooleanSupplier isThere) {
    removing.readLock().lock();
    try {
      if (!isThere.getAsBoolean()) {
        return false;
      }
      if (shelves.lastUsed(owner, sha256).filter(at -> isFresh(at)).isEmpty()) {
        shelves.use(owner, sha256);
      }
      return true;
    } finally {
      removing.readLock().unlock();
    }
  }

  /** Noting each question would cost a write each; a quarter of the time is near enough. */
  private boolean isFresh(Instant lastUsed) {
    return lastUsed.isAfter(now().minus(retention.unmatched().dividedBy(4)));
  }

  /** Looks through everything once. */
  public Swept run() {
    Instant before = now().minus(retention.unmatched());
    // What is old is listed before the ledger is read: a match that is made meanwhile counts.
    List<StoredObject> old = new ArrayList<>();
    shelves.forEach(
        object -> {
          if (object.putAt().isBefore(before) && !object.owner().equals(directory)) {
            old.add(object);
          }
        });
    Set<Name> reached = old.isEmpty() ? Set.of() : reached();
    int objects = 0;
    long bytes = 0;
    for (StoredObject object : old) {
      if (!reached.contains(new Name(object.owner(), object.sha256())) && remove(object, before)) {
        objects++;
        bytes += object.size();
      }
    }
    removeNotes();
    return new Swept(objects, bytes, shelves.removeUnfinished(before));
  }

  /**
   * Notes and announcements go with their match. They are listed first: a match that is made
   * meanwhile counts.
   */
  private void removeNotes() {
    Set<MatchId> noted = shelves.matchesWithNotes();
    if (noted.isEmpty()) {
      return;
    }
    long now = register.blockTime();
    Set<MatchId> kept = new HashSet<>();
    register.matches().stream()
        .filter(match -> isKept(match, now))
        .forEach(match -> kept.add(match.matchId()));
    noted.stream().filter(match -> !kept.contains(match)).forEach(shelves::removeNotes);
  }

  private boolean remove(StoredObject object, Instant before) {
    removing.writeLock().lock();
    try {
      if (shelves.lastUsed(object.owner(), object.sha256()).filter(before::isAfter).isEmpty()) {
        return false;
      }
      shelves.remove(object.owner(), object.sha256());
      return true;
    } finally {
      removing.writeLock().unlock();
    }
  }

  private Set<Name> reached() {
    Set<Name> reached = new HashSet<>();
    long now = register.blockTime();
    for (MatchAccess match : register.matches()) {
      if (isKept(match, now)) {
        reach.job(match).forEach(o -> reached.add(new Name(match.jobCreator(), o)));
        reach.result(match).forEach(o -> reached.add(new Name(match.resourceProvider(), o)));
        match.evidence().ifPresent(o -> reached.add(new Name(match.mediator(), o)));
      }
    }
    return reached;
  }

  private boolean isKept(MatchAccess match, long now) {
    return match.closedAt().isEmpty()
        || now <= match.closedAt().getAsLong() + retention.afterClose().toSeconds();
  }

  private Instant now() {
    return Instant.ofEpochSecond(clock.getAsLong());
  }

  private record Name(Address owner, Bytes32 sha256) {}
}
