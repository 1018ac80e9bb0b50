package modicum.acceptance.memory;

import java.nio.file.Path;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.ForwardingDirectory;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** A directory whose user may die of every transfer. */
final class TrappedDirectory extends ForwardingDirectory {
  private final Trap trap;

  TrappedDirectory(Directory real, Trap trap) {
    super(real);
    this.trap = trap;
  }

  @Override
  public void put(Digest digest, ContentSource content, TransferProgress progress) {
    int effect = trap.happens("put");
    try {
      super.put(digest, content, progress);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public boolean has(Digest digest) {
    int effect = trap.happens("has");
    try {
      return super.has(digest);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    int effect = trap.happens("fetch");
    try {
      super.fetch(owner, digest, target, progress);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    int effect = trap.happens("read");
    try {
      return super.read(owner, sha256, maximumSize);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public void announceResult(MatchId match, Digest manifest) {
    int effect = trap.happens("announce result");
    try {
      super.announceResult(match, manifest);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
    int effect = trap.happens("find result");
    try {
      return super.findResult(match, resourceProvider);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public void leaveNote(MatchId match, Address recipient, byte[] note) {
    int effect = trap.happens("leave note");
    try {
      super.leaveNote(match, recipient, note);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    int effect = trap.happens("find note");
    try {
      return super.findNote(match, sender, recipient);
    } finally {
      trap.happened(effect);
    }
  }
}
