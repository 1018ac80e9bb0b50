package modicum.directory.memory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.access.AccessRequest;
import modicum.directory.transfer.ContentMismatch;
import modicum.directory.transfer.VerifiedFile;
import modicum.directory.transfer.VerifiedSource;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.uptime.UptimeUnproven;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** One party's view of an {@link InMemoryStore}. */
public final class InMemoryDirectory implements Directory, UptimeSource {
  private final InMemoryStore store;
  private final Address party;

  InMemoryDirectory(InMemoryStore store, Address party) {
    this.store = store;
    this.party = party;
  }

  @Override
  public Address address() {
    return store.address();
  }

  @Override
  public void put(Digest digest, ContentSource content, TransferProgress progress) {
    store.requireUp();
    store.requireServed(party, new AccessRequest.Write(party));
    try (VerifiedSource source = VerifiedSource.open(content, digest, progress)) {
      store.put(party, digest.sha256(), readAll(source));
    }
  }

  private static byte[] readAll(VerifiedSource source) {
    try {
      return source.readAllBytes();
    } catch (IOException e) {
      source.throwIfItFailed();
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean has(Digest digest) {
    store.requireUp();
    store.requireServed(party, new AccessRequest.Read(party, digest.sha256()));
    return store.get(party, digest.sha256()).filter(o -> o.length == digest.size()).isPresent();
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    store.requireUp();
    store.requireAllowed(party, new AccessRequest.Read(owner, digest.sha256()));
    byte[] content =
        store
            .get(owner, digest.sha256())
            .orElseThrow(() -> new ObjectNotFound(owner + " has no object " + digest));
    try {
      VerifiedFile.receive(new ByteArrayInputStream(content), digest, target, progress);
    } catch (ContentMismatch mismatch) {
      throw new ObjectCorrupt(mismatch.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    store.requireUp();
    store.requireAllowed(party, new AccessRequest.Read(owner, sha256));
    return store.readVerified(owner, sha256, maximumSize);
  }

  @Override
  public Optional<Digest> findOnShelf(Bytes32 sha256) {
    store.requireUp();
    store.requireServed(party, new AccessRequest.Read(address(), sha256));
    return store.get(address(), sha256).map(content -> new Digest(sha256, content.length));
  }

  @Override
  public void announceResult(MatchId match, Digest manifest) {
    store.requireUp();
    store.requireServed(party, new AccessRequest.AnnounceResult(match));
    store.announce(party, match, manifest);
  }

  @Override
  public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
    store.requireUp();
    store.requireServed(party, new AccessRequest.FindResult(match, resourceProvider));
    return store.findResult(match, resourceProvider);
  }

  @Override
  public void leaveNote(MatchId match, Address recipient, byte[] note) {
    Note.requireSize(note);
    store.requireUp();
    store.requireServed(party, new AccessRequest.LeaveNote(match, recipient));
    store.leaveNote(match, party, recipient, note);
  }

  @Override
  public Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    store.requireUp();
    store.requireServed(party, new AccessRequest.FindNote(match, sender, recipient));
    return store.findNote(match, sender, recipient);
  }

  @Override
  public UptimeRecord uptime(long from, long to) throws UptimeUnproven {
    store.requireUp();
    return store.uptime(from, to);
  }

  @Override
  public UptimeHead head() {
    store.requireUp();
    return store.head();
  }

  @Override
  public UptimeHead probe() {
    store.requireUp();
    store.requireStorage();
    return store.head();
  }
}
