package modicum.directory.app;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import modicum.directory.access.AccessRequest;
import modicum.directory.retention.Quotas;
import modicum.directory.retention.Sweep;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.s3.S3Uploads;
import modicum.directory.transfer.PartSizes;
import modicum.directory.wire.Messages.PartGrant;
import modicum.directory.wire.Messages.PartRequest;
import modicum.directory.wire.Messages.UploadEnd;
import modicum.directory.wire.Messages.UploadGrant;
import modicum.directory.wire.Messages.UploadRequest;
import modicum.directory.wire.Messages.UploadedPart;
import modicum.directory.wire.Messages.UploadedParts;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import org.springframework.http.HttpStatus;

/**
 * What a hosted directory does with requests to put objects: always into the requester's own name
 * space. A small object gets one URL; a large one goes in parts, each by a URL of its own, and is
 * there when its parts add up to it.
 */
final class UploadEndpoints {
  private final DirectoryServiceConfig.Limits limits;
  private final S3ObjectStore store;
  private final S3Uploads uploads;
  private final Guard guard;
  private final Quotas quotas;
  private final Sweep sweep;
  private final LongSupplier clock;

  UploadEndpoints(DirectoryServiceConfig config, S3ObjectStore store, Guard guard, Sweep sweep) {
    this.limits = config.limits();
    this.store = store;
    this.uploads = store.uploads();
    this.guard = guard;
    this.sweep = sweep;
    this.clock = config.clock();
    this.quotas = new Quotas(store, limits.accountQuota(), lifetime().toSeconds(), clock);
  }

  UploadGrant grant(Address requester, UploadRequest request) {
    Digest digest = allowed(requester, request.digest());
    if (sweep.keepIf(requester, digest.sha256(), () -> has(requester, digest))) {
      return new UploadGrant(true, null);
    }
    requireRoom(requester, digest);
    if (PartSizes.areMany(digest)) {
      uploads.begin(requester, digest);
      return new UploadGrant(false, null);
    }
    return new UploadGrant(false, store.presignPut(requester, digest, lifetime()).toString());
  }

  UploadedParts parts(Address requester, String sha256, String size, int after) {
    Digest digest = allowed(requester, "sha256:" + sha256 + "/" + size);
    S3Uploads.Page page =
        uploads.parts(requester, digest, after).orElseThrow(() -> noUpload(requester, digest));
    return new UploadedParts(
        page.parts().stream()
            .map(p -> new UploadedPart(p.number(), p.part().size(), p.part().tag()))
            .toList(),
        page.next().isPresent() ? page.next().getAsInt() : null);
  }

  PartGrant grantPart(Address requester, PartRequest request) {
    Digest digest = allowed(requester, request.digest());
    Bytes32 sha256 = Guard.parse("sha256", () -> Bytes32.fromHex(Guard.required(request.sha256())));
    int count = PartSizes.areMany(digest) ? new PartSizes(digest.size()).count() : 0;
    if (request.number() < 1 || request.number() > count) {
      throw Refusal.badRequest(
          "%s has no part %d".formatted(digest, request.number()),
          count == 0 ? "it goes in one piece" : "its parts are 1 to " + count);
    }
    // A long upload stays granted for as long as it goes on.
    requireRoom(requester, digest);
    URI url =
        uploads
            .presign(requester, digest, request.number(), sha256, lifetime(), aWhileAgo())
            .orElseThrow(() -> noUpload(requester, digest));
    return new PartGrant(url.toString());
  }

  UploadEnd complete(Address requester, UploadRequest request) {
    Digest digest = allowed(requester, request.digest());
    // Some services date an object by the beginning of its upload; it is wanted now.
    return new UploadEnd(
        uploads.complete(requester, digest)
            && sweep.keepIf(requester, digest.sha256(), () -> has(requester, digest)));
  }

  UploadEnd abandon(Address requester, UploadRequest request) {
    Digest digest = allowed(requester, request.digest());
    uploads.abandon(requester, digest);
    return new UploadEnd(false);
  }

  private Digest allowed(Address requester, String text) {
    Digest digest = Guard.parse("digest", () -> Digest.parse(Guard.required(text)));
    if (digest.size() > limits.maximumObjectSize()) {
      throw new Refusal(
          HttpStatus.CONTENT_TOO_LARGE,
          "the object has " + digest.size() + " bytes",
          "at most " + limits.maximumObjectSize() + " are taken; split it");
    }
    guard.requireAllowed(requester, new AccessRequest.Write(requester));
    return digest;
  }

  private boolean has(Address owner, Digest digest) {
    return store.size(owner, digest.sha256()).equals(OptionalLong.of(digest.size()));
  }

  private void requireRoom(Address requester, Digest digest) {
    Quotas.Answer answer = quotas.grant(requester, digest);
    if (!answer.granted()) {
      throw new Refusal(
          HttpStatus.CONTENT_TOO_LARGE,
          "the account has %d of the %d bytes that it may keep; this object has %d"
              .formatted(answer.used(), answer.quota(), digest.size()),
          "what no match needs goes by itself after a while; or use another directory");
    }
  }

  private static Refusal noUpload(Address requester, Digest digest) {
    return Guard.notFound(
        "no upload of " + digest + " by " + requester + " goes on", "ask to put it first");
  }

  /** Long before an upload would be taken for one that never ends. */
  private Instant aWhileAgo() {
    return Instant.ofEpochSecond(clock.getAsLong())
        .minus(limits.retention().unmatched().dividedBy(4));
  }

  private Duration lifetime() {
    return limits.grantLifetime();
  }
}
