package modicum.directory.access;

import java.util.Optional;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** What a directory holds, as the directory itself sees it: without asking who may. */
public interface StoredContent {
  /**
   * Reads a small object, verified.
   *
   * @param maximumSize bytes; a larger one is refused as corrupt
   */
  byte[] read(Address owner, Bytes32 sha256, int maximumSize) throws ObjectNotFound, ObjectCorrupt;

  /** What the provider announced as its result of a match. */
  Optional<Digest> findResult(MatchId match, Address resourceProvider);
}
