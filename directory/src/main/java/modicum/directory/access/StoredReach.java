package modicum.directory.access;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.directory.MatchAccess;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.image.ImageManifest;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;

/**
 * Finds what belongs to a match by reading its job spec and manifests from the store. Content never
 * changes under its hash, so what was read once is kept; what is missing, corrupt or too large
 * reaches nothing, and is looked at again next time.
 */
public final class StoredReach implements Reach {
  /** No manifest is longer, bytes: about 100,000 files. */
  public static final int MAXIMUM_MANIFEST_SIZE = 16 << 20;

  /** Hashes kept in all, about 100 bytes each. */
  private static final int MAXIMUM_KEPT_HASHES = 300_000;

  private final StoredContent store;
  private final Map<Root, Reached> kept = new LinkedHashMap<>(16, 0.75f, true);
  private int keptHashes;

  public StoredReach(StoredContent store) {
    this.store = store;
  }

  @Override
  public boolean ofJob(MatchAccess match, Bytes32 sha256) {
    if (sha256.equals(match.jobDigest())) {
      return true;
    }
    Reached job = reachedFrom(new Root(Kind.JOB, match.jobCreator(), match.jobDigest()));
    return job.objects().contains(sha256)
        || job.objects().stream().anyMatch(i -> isOfImage(match.jobCreator(), i, sha256))
        || job.input().isPresent() && manifests(match.jobCreator(), job.input().get(), sha256);
  }

  @Override
  public boolean ofResult(MatchAccess match, Bytes32 sha256) {
    Address provider = match.resourceProvider();
    return store
        .findResult(match.matchId(), provider)
        .filter(manifest -> manifests(provider, manifest, sha256))
        .isPresent();
  }

  @Override
  public Set<Bytes32> job(MatchAccess match) {
    Set<Bytes32> all = new HashSet<>();
    all.add(match.jobDigest());
    Address owner = match.jobCreator();
    Reached job = reachedFrom(new Root(Kind.JOB, owner, match.jobDigest()));
    for (Bytes32 image : job.objects()) {
      all.add(image);
      all.addAll(reachedFrom(new Root(Kind.IMAGE, owner, image)).objects());
    }
    job.input().ifPresent(input -> all.addAll(listed(owner, input)));
    return all;
  }

  @Override
  public Set<Bytes32> result(MatchAccess match) {
    Address provider = match.resourceProvider();
    return store
        .findResult(match.matchId(), provider)
        .map(manifest -> listed(provider, manifest))
        .orElse(Set.of());
  }

  private Set<Bytes32> listed(Address owner, Digest manifest) {
    Set<Bytes32> all = new HashSet<>();
    all.add(manifest.sha256());
    all.addAll(reachedFrom(new Root(Kind.MANIFEST, owner, manifest.sha256())).objects());
    return all;
  }

  private boolean isOfImage(Address owner, Bytes32 manifest, Bytes32 sha256) {
    return reachedFrom(new Root(Kind.IMAGE, owner, manifest)).objects().contains(sha256);
  }

  /** Whether the object is this manifest or one of the files that it lists. */
  private boolean manifests(Address owner, Digest manifest, Bytes32 sha256) {
    return sha256.equals(manifest.sha256())
        || reachedFrom(new Root(Kind.MANIFEST, owner, manifest.sha256()))
            .objects()
            .contains(sha256);
  }

  private Reached reachedFrom(Root root) {
    Optional<Reached> known = lookUp(root);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      Reached found =
          switch (root.kind()) {
            case JOB -> readJob(root);
            case IMAGE -> readImage(root);
            case MANIFEST -> readManifest(root);
          };
      keep(root, found);
      return found;
    } catch (ObjectNotFound | ObjectCorrupt | IllegalArgumentException unreadable) {
      return new Reached(Set.of(), Optional.empty());
    }
  }

  private Reached readJob(Root root) throws ObjectNotFound, ObjectCorrupt {
    JobSpec spec = JobSpec.parse(store.read(root.owner(), root.sha256(), JobSpec.MAXIMUM_SIZE));
    Set<Bytes32> images = new HashSet<>();
    images.add(spec.image().manifest().sha256());
    if (spec.equality() instanceof Equality.Comparator comparator) {
      images.add(comparator.image().manifest().sha256());
    }
    return new Reached(images, spec.input());
  }

  private Reached readImage(Root root) throws ObjectNotFound, ObjectCorrupt {
    byte[] manifest = store.read(root.owner(), root.sha256(), ImageManifest.MAXIMUM_SIZE);
    Set<Bytes32> blobs = new HashSet<>();
    ImageManifest.parse(manifest).blobs().forEach(blob -> blobs.add(blob.sha256()));
    return new Reached(blobs, Optional.empty());
  }

  private Reached readManifest(Root root) throws ObjectNotFound, ObjectCorrupt {
    byte[] manifest = store.read(root.owner(), root.sha256(), MAXIMUM_MANIFEST_SIZE);
    Set<Bytes32> files = new HashSet<>();
    Manifest.parse(manifest)
        .entries()
        .forEach(e -> e.content().ifPresent(digest -> files.add(digest.sha256())));
    return new Reached(files, Optional.empty());
  }

  private synchronized Optional<Reached> lookUp(Root root) {
    return Optional.ofNullable(kept.get(root));
  }

  private synchronized void keep(Root root, Reached found) {
    if (kept.put(root, found) == null) {
      keptHashes += found.weight();
    }
    var eldest = kept.values().iterator();
    while (keptHashes > MAXIMUM_KEPT_HASHES && eldest.hasNext()) {
      keptHashes -= eldest.next().weight();
      eldest.remove();
    }
  }

  private enum Kind {
    JOB,
    IMAGE,
    MANIFEST
  }

  /** Where reading starts. Kind is part of the name: one object can be read as either. */
  private record Root(Kind kind, Address owner, Bytes32 sha256) {}

  /**
   * @param input manifest of a job's input
   */
  private record Reached(Set<Bytes32> objects, Optional<Digest> input) {
    int weight() {
      return objects.size() + 1;
    }
  }
}
