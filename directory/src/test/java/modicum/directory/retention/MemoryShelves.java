package modicum.directory.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** A storage whose time a test sets, and during whose listing a test can do something else. */
final class MemoryShelves implements Shelves {
  private final LongSupplier clock;
  private final Map<List<?>, StoredObject> objects = new LinkedHashMap<>();
  private final Map<List<?>, Instant> wanted = new LinkedHashMap<>();
  private final Map<List<?>, StoredObject> uploads = new LinkedHashMap<>();
  private final Set<MatchId> notes = new HashSet<>();
  private Runnable afterListing = () -> {};
  private int counts;

  MemoryShelves(LongSupplier clock) {
    this.clock = clock;
  }

  void put(Address owner, Digest digest) {
    objects.put(
        key(owner, digest.sha256()),
        new StoredObject(owner, digest.sha256(), digest.size(), now()));
  }

  void begin(Address owner, Digest digest) {
    uploads.put(
        List.of(owner, digest), new StoredObject(owner, digest.sha256(), digest.size(), now()));
  }

  void end(Address owner, Digest digest) {
    uploads.remove(List.of(owner, digest));
  }

  boolean has(Address owner, Digest digest) {
    return objects.containsKey(key(owner, digest.sha256()));
  }

  /** What happens once everything was listed, and nothing done about it yet. */
  void afterListing(Runnable something) {
    afterListing = something;
  }

  int counts() {
    return counts;
  }

  @Override
  public void forEach(Consumer<StoredObject> visitor) {
    new ArrayList<>(objects.values()).forEach(visitor);
    afterListing.run();
  }

  @Override
  public void forEach(Address owner, Consumer<StoredObject> visitor) {
    counts++;
    objects.values().stream().filter(o -> o.owner().equals(owner)).forEach(visitor);
  }

  @Override
  public void forEachUpload(Address owner, Consumer<StoredObject> visitor) {
    uploads.values().stream().filter(o -> o.owner().equals(owner)).forEach(visitor);
  }

  @Override
  public Optional<Instant> lastUsed(Address owner, Bytes32 sha256) {
    return Optional.ofNullable(objects.get(key(owner, sha256)))
        .map(object -> wanted.getOrDefault(key(owner, sha256), object.putAt()));
  }

  @Override
  public void use(Address owner, Bytes32 sha256) {
    wanted.put(key(owner, sha256), now());
  }

  @Override
  public void remove(Address owner, Bytes32 sha256) {
    objects.remove(key(owner, sha256));
  }

  @Override
  public int removeUnfinished(Instant before) {
    return 0;
  }

  void note(MatchId match) {
    notes.add(match);
  }

  @Override
  public Set<MatchId> matchesWithNotes() {
    return Set.copyOf(notes);
  }

  @Override
  public void removeNotes(MatchId match) {
    notes.remove(match);
  }

  private Instant now() {
    return Instant.ofEpochSecond(clock.getAsLong());
  }

  private static List<?> key(Address owner, Bytes32 sha256) {
    return List.of(owner, sha256);
  }
}
