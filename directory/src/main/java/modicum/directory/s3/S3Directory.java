package modicum.directory.s3;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import modicum.directory.Directory;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * One party's view of a bucket to which it holds the keys. For those who trust each other with the
 * whole bucket, such as the parties of a local market; all others use a hosted directory.
 */
public final class S3Directory implements Directory {
  private final S3ObjectStore store;
  private final Address directory;
  private final Address party;

  /**
   * @param directory the directory's account
   * @param party the account in whose name space to put
   */
  public S3Directory(S3ObjectStore store, Address directory, Address party) {
    this.store = store;
    this.directory = directory;
    this.party = party;
  }

  @Override
  public Address address() {
    return directory;
  }

  @Override
  public void put(Digest digest, ContentSource content, TransferProgress progress) {
    store.put(party, digest, content, progress);
  }

  @Override
  public boolean has(Digest digest) {
    return store.size(party, digest.sha256()).equals(OptionalLong.of(digest.size()));
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    store.fetch(owner, digest, target, progress);
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    return store.read(owner, sha256, maximumSize);
  }

  @Override
  public Optional<Digest> findOnShelf(Bytes32 sha256) {
    OptionalLong size = store.size(directory, sha256);
    return size.isPresent() ? Optional.of(new Digest(sha256, size.getAsLong())) : Optional.empty();
  }

  @Override
  public void announceResult(MatchId match, Digest manifest) {
    store.announceResult(party, match, manifest);
  }

  @Override
  public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
    return store.findResult(match, resourceProvider);
  }

  @Override
  public void leaveNote(MatchId match, Address recipient, byte[] note) {
    store.leaveNote(match, party, recipient, note);
  }

  @Override
  public Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    return store.findNote(match, sender, recipient);
  }
}
