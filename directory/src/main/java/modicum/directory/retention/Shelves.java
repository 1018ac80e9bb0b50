package modicum.directory.retention;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * What a directory's storage holds, to look through and to clear.
 *
 * <p>Every method throws {@link modicum.directory.DirectoryUnavailable} when the storage does not
 * answer.
 */
public interface Shelves {
  /** Shows every object of every account. */
  void forEach(Consumer<StoredObject> visitor);

  /** Shows every object of one account. */
  void forEach(Address owner, Consumer<StoredObject> visitor);

  /**
   * Shows every upload of one account that has not ended, with the size that its object is to have,
   * and when it was begun or last gone on with.
   */
  void forEachUpload(Address owner, Consumer<StoredObject> visitor);

  /** When an object was put, or last noted as wanted; empty where there is none. */
  Optional<Instant> lastUsed(Address owner, Bytes32 sha256);

  /** Notes that an object is wanted now, as if it had just been put. */
  void use(Address owner, Bytes32 sha256);

  /** Removes an object. Idempotent. */
  void remove(Address owner, Bytes32 sha256);

  /**
   * Removes what uploads that never ended have left.
   *
   * @param before those begun since then stay
   * @return how many
   */
  int removeUnfinished(Instant before);

  /** The matches of which parties left notes, or announced a result. */
  Set<MatchId> matchesWithNotes();

  /** Removes what the parties of a match left for each other, and announced. Idempotent. */
  void removeNotes(MatchId match);
}
