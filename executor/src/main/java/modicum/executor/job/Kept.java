package modicum.executor.job;

import java.nio.file.Path;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** A directory of which some files are here already. */
record Kept(Directory directory, KeptInputs inputs) implements Directory {
  @Override
  public Address address() {
    return directory.address();
  }

  @Override
  public void put(Digest digest, ContentSource content, TransferProgress progress) {
    directory.put(digest, content, progress);
  }

  @Override
  public boolean has(Digest digest) {
    return directory.has(digest);
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    inputs.fetch(directory, owner, digest, target, progress);
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    return directory.read(owner, sha256, maximumSize);
  }

  @Override
  public void announceResult(MatchId match, Digest manifest) {
    directory.announceResult(match, manifest);
  }

  @Override
  public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
    return directory.findResult(match, resourceProvider);
  }

  @Override
  public void leaveNote(MatchId match, Address recipient, byte[] note) {
    directory.leaveNote(match, recipient, note);
  }

  @Override
  public Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    return directory.findNote(match, sender, recipient);
  }
}
