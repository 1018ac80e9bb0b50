package modicum.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * One party's door to a directory: content-addressed objects, each in the name space of who put it
 * there, so that no one can spoil another's object. Whatever is read is verified by digest while it
 * streams, before anyone uses it.
 *
 * <p>Every method throws {@link DirectoryUnavailable} when the directory does not answer, after
 * retries; its subclass {@link DirectoryRefused} when it answers but will not serve this caller.
 */
public interface Directory {
  /** The directory's own account: what offers and trust lists name it by. */
  Address address();

  /**
   * Puts an object in the caller's name space. Putting twice is putting once.
   *
   * @throws IllegalArgumentException the content is not what the digest says (a file that changed
   *     since it was hashed); nothing is stored then
   * @throws java.io.UncheckedIOException the content cannot be read
   */
  void put(Digest digest, ContentSource content, TransferProgress progress);

  /** Whether the caller's own name space has this object. */
  boolean has(Digest digest);

  /**
   * Fetches an object of somebody's name space into a file, replacing it only when complete and
   * verified.
   *
   * @throws java.io.UncheckedIOException the file cannot be written
   */
  void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt;

  /**
   * Reads a small object of which only the hash is known.
   *
   * @param maximumSize bytes; a larger one is refused as corrupt
   */
  byte[] read(Address owner, Bytes32 sha256, int maximumSize) throws ObjectNotFound, ObjectCorrupt;

  /**
   * Says where the caller's result of a match is. A later call replaces an earlier one.
   *
   * @param manifest digest of the output's manifest, which is in the caller's name space like the
   *     files it lists
   */
  void announceResult(MatchId match, Digest manifest);

  /**
   * Where a provider said its result of a match is; a hint, to be verified by its digest. A hosted
   * directory shows it to the job creator once the result is posted on the ledger.
   */
  Optional<Digest> findResult(MatchId match, Address resourceProvider);

  /**
   * Looks for an object on the directory's shelf: its own name space, which its operator fills with
   * what everyone needs, and everyone registered reads. It is fetched like any other object of the
   * owner {@link #address()}.
   *
   * @return its digest; empty where it is not there, or the directory has no shelf
   */
  default Optional<Digest> findOnShelf(Bytes32 sha256) {
    return Optional.empty();
  }

  /**
   * Leaves a note for another party of a match; a later one replaces an earlier one. The parties of
   * an open match may, the mediator only while the match is in mediation.
   *
   * @param note at most {@value Note#MAXIMUM_SIZE} bytes
   */
  void leaveNote(MatchId match, Address recipient, byte[] note);

  /**
   * The note that one party of a match left for another. Sender and recipient may read it, and once
   * the match is in mediation its mediator; the mediator reads none before.
   */
  Optional<Note> findNote(MatchId match, Address sender, Address recipient);

  /** Opens the content of an object, as often as is asked. */
  @FunctionalInterface
  interface ContentSource {
    InputStream open() throws IOException;
  }
}
