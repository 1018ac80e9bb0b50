package modicum.directory;

import java.nio.file.Path;
import java.util.Optional;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** Does what another directory does, but for what a subclass does in its own way. */
public abstract class ForwardingDirectory implements Directory {
  private final Directory real;

  protected ForwardingDirectory(Directory real) {
    this.real = real;
  }

  @Override
  public Address address() {
    return real.address();
  }

  @Override
  public void put(Digest digest, ContentSource content, TransferProgress progress) {
    real.put(digest, content, progress);
  }

  @Override
  public boolean has(Digest digest) {
    return real.has(digest);
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    real.fetch(owner, digest, target, progress);
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    return real.read(owner, sha256, maximumSize);
  }

  @Override
  public void announceResult(MatchId match, Digest manifest) {
    real.announceResult(match, manifest);
  }

  @Override
  public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
    return real.findResult(match, resourceProvider);
  }

  @Override
  public Optional<Digest> findOnShelf(Bytes32 sha256) {
    return real.findOnShelf(sha256);
  }

  @Override
  public void leaveNote(MatchId match, Address recipient, byte[] note) {
    real.leaveNote(match, recipient, note);
  }

  @Override
  public Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    return real.findNote(match, sender, recipient);
  }
}
