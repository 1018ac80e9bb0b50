package modicum.directory.app;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import modicum.directory.UptimeRecord;
import modicum.directory.UptimeSource;
import modicum.directory.access.AccessRequest;
import modicum.directory.retention.Sweep;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.uptime.UptimeLog;
import modicum.directory.wire.Messages.DownloadGrant;
import modicum.directory.wire.Messages.DownloadRequest;
import modicum.directory.wire.Messages.ObjectDescription;
import modicum.directory.wire.Messages.ResultAnnouncement;
import modicum.directory.wire.Messages.Status;
import modicum.directory.wire.Messages.Uptime;
import modicum.directory.wire.Messages.UptimeInterval;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/** What a hosted directory does with requests whose sender is known. */
final class Endpoints {
  private final DirectoryServiceConfig config;
  private final S3ObjectStore store;
  private final Guard guard;
  private final UptimeLog uptime;
  private final Sweep sweep;

  Endpoints(
      DirectoryServiceConfig config,
      S3ObjectStore store,
      Guard guard,
      UptimeLog uptime,
      Sweep sweep) {
    this.config = config;
    this.store = store;
    this.guard = guard;
    this.uptime = uptime;
    this.sweep = sweep;
  }

  DownloadGrant grantDownload(Address requester, DownloadRequest request) {
    Address owner = Guard.parse("owner", () -> Address.fromHex(Guard.required(request.owner())));
    Bytes32 sha256 = Guard.parse("sha256", () -> Bytes32.fromHex(Guard.required(request.sha256())));
    ObjectDescription found = describe(requester, owner, sha256);
    URI url = store.presignGet(owner, sha256, lifetime());
    return new DownloadGrant(url.toString(), found.size());
  }

  ObjectDescription describe(Address requester, String owner, String sha256) {
    return describe(
        requester,
        Guard.parse("owner", () -> Address.fromHex(owner)),
        Guard.parse("sha256", () -> Bytes32.fromHex(sha256)));
  }

  private ObjectDescription describe(Address requester, Address owner, Bytes32 sha256) {
    guard.requireAllowed(requester, new AccessRequest.Read(owner, sha256));
    OptionalLong size = sizeFor(requester, owner, sha256);
    if (size.isEmpty()) {
      throw Guard.notFound(
          owner + " has no object " + sha256.toHex(), "ask its owner to put it again");
    }
    return new ObjectDescription(size.getAsLong());
  }

  /** An owner who hears that its object is there will not put it again. */
  private OptionalLong sizeFor(Address requester, Address owner, Bytes32 sha256) {
    if (!requester.equals(owner)) {
      return store.size(owner, sha256);
    }
    OptionalLong[] size = {OptionalLong.empty()};
    sweep.keepIf(
        owner,
        sha256,
        () -> {
          size[0] = store.size(owner, sha256);
          return size[0].isPresent();
        });
    return size[0];
  }

  void announceResult(Address requester, String match, ResultAnnouncement announcement) {
    MatchId id = Guard.parse("match", () -> MatchId.fromHex(match));
    Digest manifest =
        Guard.parse("manifest", () -> Digest.parse(Guard.required(announcement.manifest())));
    guard.requireAllowed(requester, new AccessRequest.AnnounceResult(id));
    store.announceResult(requester, id, manifest);
  }

  ResultAnnouncement findResult(Address requester, String match, String provider) {
    MatchId id = Guard.parse("match", () -> MatchId.fromHex(match));
    Address resourceProvider = Guard.parse("provider", () -> Address.fromHex(provider));
    guard.requireAllowed(requester, new AccessRequest.FindResult(id, resourceProvider));
    return store
        .findResult(id, resourceProvider)
        .map(manifest -> new ResultAnnouncement(manifest.toString()))
        .orElseThrow(
            () ->
                Guard.notFound(
                    resourceProvider + " announced no result of match " + id,
                    "ask again after it has posted its result"));
  }

  Status status() {
    return new Status(
        config.directory().address().toString(), config.clock().getAsLong(), store.isAvailable());
  }

  Uptime uptime(long from, long to) {
    if (from < 0 || to < from || to - from > UptimeSource.LONGEST_RANGE) {
      throw Refusal.badRequest(
          "the range is from " + from + " to " + to,
          "ask for at most " + Duration.ofSeconds(UptimeSource.LONGEST_RANGE).toDays() + " days");
    }
    List<UptimeRecord.Interval> up = uptime.between(from, to);
    UptimeRecord record = UptimeRecord.signed(config.directory(), from, to, up);
    return new Uptime(
        record.directory().toString(),
        from,
        to,
        up.stream().map(i -> new UptimeInterval(i.from(), i.to())).toList(),
        record.signature().toString());
  }

  private Duration lifetime() {
    return config.limits().grantLifetime();
  }
}
