package modicum.directory.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.MatchRegister;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.access.AccessRequest;
import modicum.directory.access.AccessRules;
import modicum.directory.access.Decision;
import modicum.directory.access.Gatekeeper;
import modicum.directory.access.StoredContent;
import modicum.directory.access.StoredReach;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeUnproven;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;

/**
 * The twin of a directory's storage: what all parties' {@link InMemoryDirectory} views share. It
 * can be told to be down, to lose an object and to spoil one. Open to all by default; with {@link
 * #guardedBy} it refuses what a hosted directory would.
 */
public final class InMemoryStore {
  private final Address address;
  private final LongSupplier clock;
  private final Map<Key, byte[]> objects = new HashMap<>();
  private final Map<ResultKey, Digest> results = new HashMap<>();
  private final BeatingHeart heart;
  private final Map<NoteKey, Note> notes = new HashMap<>();
  private Optional<Gatekeeper> gatekeeper = Optional.empty();
  private boolean down;
  private boolean storageDown;
  private Optional<String> uptimeTrouble = Optional.empty();

  /**
   * @param address the directory's account
   * @param clock seconds since 1970, for the uptime record
   */
  public InMemoryStore(Address address, LongSupplier clock) {
    this.address = address;
    this.clock = clock;
    this.heart = new BeatingHeart(address, clock.getAsLong());
  }

  /** A store by the system's clock. */
  public InMemoryStore(Address address) {
    this(address, () -> System.currentTimeMillis() / 1000);
  }

  /** From now on, what it says of its availability is signed. */
  public synchronized InMemoryStore signedBy(Signer directory) {
    heart.signBy(directory);
    return this;
  }

  /** From now on, access goes by what this register says of matches. */
  public synchronized InMemoryStore guardedBy(MatchRegister register) {
    AccessRules rules = new AccessRules(AccessRules.DEFAULT_GRACE, address);
    gatekeeper = Optional.of(new Gatekeeper(rules, register, new StoredReach(new Content())));
    return this;
  }

  /** A party's door to this store. */
  public InMemoryDirectory viewOf(Address party) {
    return new InMemoryDirectory(this, party);
  }

  public Address address() {
    return address;
  }

  public synchronized void goDown() {
    if (!down) {
      heart.beatUntil(clock.getAsLong() - 1);
      down = true;
    }
  }

  public synchronized void comeUp() {
    if (down) {
      down = false;
      heart.beat(clock.getAsLong());
    }
  }

  /** The service goes on answering, and beating, but gives no object to a probe. */
  public synchronized void loseStorage() {
    storageDown = true;
  }

  public synchronized void regainStorage() {
    storageDown = false;
  }

  /** Forges its chain: as if it had been up since then. */
  public synchronized void rewriteUptimeSince(long time) {
    heart.rewriteSince(time, clock.getAsLong());
  }

  /** From now on, its record of its availability proves nothing. */
  public synchronized void garbleUptime(String how) {
    uptimeTrouble = Optional.of(how);
  }

  /** Forgets an object, as if a disk had died. */
  public synchronized void lose(Address owner, Bytes32 sha256) {
    objects.remove(new Key(owner, sha256));
  }

  /** Changes one byte of an object (of an empty one, its length). */
  public synchronized void spoil(Address owner, Bytes32 sha256) {
    objects.computeIfPresent(
        new Key(owner, sha256),
        (key, bytes) -> {
          byte[] spoilt = bytes.length == 0 ? new byte[1] : bytes.clone();
          spoilt[0] ^= 1;
          return spoilt;
        });
  }

  /** Cuts an object to half its length. */
  public synchronized void truncate(Address owner, Bytes32 sha256) {
    objects.computeIfPresent(
        new Key(owner, sha256), (key, bytes) -> java.util.Arrays.copyOf(bytes, bytes.length / 2));
  }

  synchronized void requireUp() {
    if (down) {
      throw new DirectoryUnavailable("directory " + address + " is down");
    }
  }

  synchronized void requireStorage() {
    if (storageDown) {
      throw new DirectoryUnavailable("the storage of directory " + address + " is down");
    }
  }

  void requireAllowed(Address party, AccessRequest request) throws ObjectNotFound {
    switch (decide(party, request)) {
      case Decision.Allowed allowed -> {}
      case Decision.NotYet notYet -> throw new DirectoryUnavailable(notYet.why());
      case Decision.Refused refused -> throw new ObjectNotFound(refused.why());
    }
  }

  void requireServed(Address party, AccessRequest request) {
    switch (decide(party, request)) {
      case Decision.Allowed allowed -> {}
      case Decision.NotYet notYet -> throw new DirectoryUnavailable(notYet.why());
      case Decision.Refused refused -> throw new DirectoryRefused(refused.why());
    }
  }

  private synchronized Decision decide(Address party, AccessRequest request) {
    return gatekeeper.map(g -> g.decide(party, request)).orElse(Decision.ALLOWED);
  }

  synchronized void put(Address owner, Bytes32 sha256, byte[] content) {
    objects.put(new Key(owner, sha256), content);
  }

  synchronized Optional<byte[]> get(Address owner, Bytes32 sha256) {
    return Optional.ofNullable(objects.get(new Key(owner, sha256)));
  }

  synchronized void announce(Address provider, MatchId match, Digest manifest) {
    results.put(new ResultKey(match, provider), manifest);
  }

  synchronized Optional<Digest> findResult(MatchId match, Address provider) {
    return Optional.ofNullable(results.get(new ResultKey(match, provider)));
  }

  synchronized void leaveNote(MatchId match, Address sender, Address recipient, byte[] note) {
    notes.put(new NoteKey(match, sender, recipient), new Note(note, clock.getAsLong()));
  }

  /** What one party of a match left for another, whoever asks. */
  public synchronized Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    return Optional.ofNullable(notes.get(new NoteKey(match, sender, recipient)));
  }

  /** Everything that is stored and could be read by who has the disks. */
  public synchronized List<byte[]> everything() {
    List<byte[]> all = new ArrayList<>();
    objects.values().forEach(object -> all.add(object.clone()));
    notes.values().forEach(note -> all.add(note.content()));
    return all;
  }

  synchronized UptimeRecord uptime(long from, long to) throws UptimeUnproven {
    if (uptimeTrouble.isPresent()) {
      throw new UptimeUnproven(uptimeTrouble.get());
    }
    heart.beatUntil(clock.getAsLong());
    return heart.record(from, to);
  }

  synchronized UptimeHead head() {
    heart.beatUntil(clock.getAsLong());
    return heart.head();
  }

  byte[] readVerified(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    byte[] content =
        get(owner, sha256)
            .orElseThrow(() -> new ObjectNotFound(owner + " has no object " + sha256.toHex()));
    if (content.length > maximumSize) {
      throw new ObjectCorrupt(
          sha256.toHex() + " has " + content.length + " bytes, at most " + maximumSize + " wanted");
    }
    if (!Sha256.of(content).sha256().equals(sha256)) {
      throw new ObjectCorrupt(sha256.toHex() + " of " + owner + " has other bytes");
    }
    return content.clone();
  }

  private record Key(Address owner, Bytes32 sha256) {}

  private record ResultKey(MatchId match, Address provider) {}

  private record NoteKey(MatchId match, Address sender, Address recipient) {}

  private final class Content implements StoredContent {
    @Override
    public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
        throws ObjectNotFound, ObjectCorrupt {
      return readVerified(owner, sha256, maximumSize);
    }

    @Override
    public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
      return InMemoryStore.this.findResult(match, resourceProvider);
    }
  }
}
