package modicum.directory.s3;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import modicum.directory.ObjectNotFound;
import modicum.directory.transfer.PartSizes;
import modicum.directory.transfer.Retry;
import modicum.directory.transfer.StoredPart;
import modicum.directory.wire.Checksum;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/**
 * Uploads of large objects whose parts others send, by URLs that are given one by one. What there
 * is of an upload is known to the S3 service alone.
 */
public final class S3Uploads {
  private static final int LOCKS = 64;

  private final S3Presigner presigner;
  private final Retry retry;
  private final BiFunction<Address, Digest, MultipartUpload> uploads;
  private final Object[] locks = new Object[LOCKS];

  /**
   * @param uploads gives the state of one
   */
  S3Uploads(
      S3Presigner presigner, Retry retry, BiFunction<Address, Digest, MultipartUpload> uploads) {
    this.presigner = presigner;
    this.retry = retry;
    this.uploads = uploads;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /** Begins an upload, or finds the one that goes on; from now on it is as young as a new one. */
  public void begin(Address owner, Digest digest) {
    // Two that begin at the same time get the same upload, so that neither's parts are lost.
    synchronized (lockOf(digest)) {
      retry.call(() -> uploads.apply(owner, digest).begin());
    }
  }

  /**
   * Some parts that are there.
   *
   * @param next after which number to ask for more, where there are more
   */
  public record Page(List<Numbered> parts, OptionalInt next) {}

  /** A part that is there. */
  public record Numbered(int number, StoredPart part) {}

  /**
   * @param after 0 for the first page
   * @return empty where no such upload goes on
   */
  public Optional<Page> parts(Address owner, Digest digest, int after) {
    MultipartUpload upload = uploads.apply(owner, digest);
    return retry.call(
        () -> {
          Optional<String> noted = upload.noted();
          if (noted.isEmpty()) {
            return Optional.empty();
          }
          try {
            return Optional.of(page(upload.parts(noted.get(), after)));
          } catch (ObjectNotFound ended) {
            return Optional.empty();
          }
        });
  }

  private static Page page(MultipartUpload.Page listed) {
    List<Numbered> parts = new ArrayList<>();
    listed
        .parts()
        .forEach(
            p -> parts.add(new Numbered(p.partNumber(), new StoredPart(p.partSize(), p.etag()))));
    return new Page(parts, listed.next());
  }

  /**
   * A URL that puts this part of the upload and nothing else: upload, number, length and SHA-256
   * are part of the signature, and the service refuses other bytes.
   *
   * @param sha256 of the part
   * @param before an upload that was not gone on with since then is as young as a new one from now
   *     on: one that takes long is not one that never ends
   * @return empty where no such upload goes on
   */
  public Optional<URI> presign(
      Address owner, Digest digest, int number, Bytes32 sha256, Duration lifetime, Instant before) {
    Optional<String> upload = retry.call(() -> uploads.apply(owner, digest).goOn(before));
    return upload.map(
        id ->
            presigner.put(
                S3ObjectStore.objectKey(owner, digest.sha256()),
                lifetime,
                new PartSizes(digest.size()).length(number),
                Map.of("partNumber", Integer.toString(number), "uploadId", id),
                Map.of(Checksum.HEADER, Checksum.value(sha256))));
  }

  /**
   * Makes the parts an object, where they add up to exactly its size.
   *
   * @return whether the object is there
   */
  public boolean complete(Address owner, Digest digest) {
    // The second of two that complete at the same time finds the object, and not half of its parts.
    synchronized (lockOf(digest)) {
      return retry.call(() -> uploads.apply(owner, digest).complete());
    }
  }

  private Object lockOf(Digest digest) {
    return locks[Math.floorMod(digest.hashCode(), LOCKS)];
  }

  /** Takes back what was sent of an upload. Idempotent. */
  public void abandon(Address owner, Digest digest) {
    retry.call(
        () -> {
          uploads.apply(owner, digest).abandon();
          return null;
        });
  }
}
