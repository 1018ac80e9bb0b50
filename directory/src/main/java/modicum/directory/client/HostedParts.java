package modicum.directory.client;

import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;
import modicum.directory.transfer.PartSizes;
import modicum.directory.transfer.StoredPart;
import modicum.directory.transfer.UploadParts;
import modicum.directory.wire.Messages.PartGrant;
import modicum.directory.wire.Messages.PartRequest;
import modicum.directory.wire.Messages.UploadEnd;
import modicum.directory.wire.Messages.UploadGrant;
import modicum.directory.wire.Messages.UploadRequest;
import modicum.directory.wire.Messages.UploadedPart;
import modicum.directory.wire.Messages.UploadedParts;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;

/** Parts that go to the storage of a hosted directory, each by a URL that is asked for it. */
final class HostedParts implements UploadParts {
  private final ServiceConnection service;
  private final Digest digest;
  private final Refusals refusals;

  HostedParts(ServiceConnection service, Digest digest, Refusals refusals) {
    this.service = service;
    this.digest = digest;
    this.refusals = refusals;
  }

  @Override
  public Optional<Map<Integer, StoredPart>> begin() {
    if (post("/v1/uploads", upload()).as(UploadGrant.class).present()) {
      return Optional.empty();
    }
    Map<Integer, StoredPart> there = new HashMap<>();
    int after = 0;
    do {
      after = readPage(after, there);
    } while (after > 0);
    return Optional.of(there);
  }

  /** Returns after which part the next page begins; 0 where there is none. */
  private int readPage(int after, Map<Integer, StoredPart> there) {
    String target =
        "/v1/uploads/%s/%d/parts?after=%d".formatted(digest.sha256().toHex(), digest.size(), after);
    Answer answer = refusals.requireShown(service.signed("GET", target));
    UploadedParts page = answer.as(UploadedParts.class);
    if (page.parts() == null) {
      throw new DirectoryUnavailable(target + ": the directory answered with no parts");
    }
    for (UploadedPart part : page.parts()) {
      there.put(part.number(), new StoredPart(part.size(), part.tag()));
    }
    if (page.next() == null) {
      return 0;
    }
    if (page.next() <= after || page.next() > PartSizes.MOST_PARTS) {
      throw new DirectoryUnavailable(target + ": the directory's list of parts has no end");
    }
    return page.next();
  }

  /** A URL that has ended is no matter: the next attempt asks for another. */
  @Override
  public void send(int number, byte[] part) throws ObjectNotFound {
    Digest hashed = Sha256.of(part);
    PartRequest request = new PartRequest(digest.toString(), number, hashed.sha256().toHex());
    Answer answer = service.signed("POST", "/v1/uploads/parts", request);
    PartGrant grant = refusals.requireFound(answer).as(PartGrant.class);
    int status =
        service.upload(HostedDirectory.url(grant.url()), new ByteArrayInputStream(part), hashed);
    switch (status) {
      case 200, 201, 204 -> {}
      case 404 -> throw new ObjectNotFound("the upload of " + digest + " has ended");
      default ->
          throw new DirectoryUnavailable(
              "the storage refused to take part %d of %s: %d".formatted(number, digest, status));
    }
  }

  @Override
  public boolean complete() {
    return post("/v1/uploads/complete", upload()).as(UploadEnd.class).complete();
  }

  @Override
  public void abandon() {
    post("/v1/uploads/abandon", upload());
  }

  private UploadRequest upload() {
    return new UploadRequest(digest.toString());
  }

  private Answer post(String target, Object message) {
    return refusals.requireShown(service.signed("POST", target, message));
  }
}
