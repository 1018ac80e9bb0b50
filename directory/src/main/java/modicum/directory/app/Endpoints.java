package modicum.directory.app;

import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import modicum.directory.Note;
import modicum.directory.UptimeRecord;
import modicum.directory.UptimeSource;
import modicum.directory.access.AccessRequest;
import modicum.directory.access.Decision;
import modicum.directory.access.Gatekeeper;
import modicum.directory.retention.Quotas;
import modicum.directory.retention.Sweep;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.uptime.UptimeLog;
import modicum.directory.wire.Messages.DownloadGrant;
import modicum.directory.wire.Messages.DownloadRequest;
import modicum.directory.wire.Messages.LeftNote;
import modicum.directory.wire.Messages.NoteToLeave;
import modicum.directory.wire.Messages.ObjectDescription;
import modicum.directory.wire.Messages.ResultAnnouncement;
import modicum.directory.wire.Messages.Status;
import modicum.directory.wire.Messages.UploadGrant;
import modicum.directory.wire.Messages.UploadRequest;
import modicum.directory.wire.Messages.Uptime;
import modicum.directory.wire.Messages.UptimeInterval;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import org.springframework.http.HttpStatus;

/** What a hosted directory does with requests whose sender is known. */
final class Endpoints {
  private final DirectoryServiceConfig config;
  private final S3ObjectStore store;
  private final Gatekeeper gatekeeper;
  private final UptimeLog uptime;
  private final Quotas quotas;
  private final Sweep sweep;

  Endpoints(
      DirectoryServiceConfig config,
      S3ObjectStore store,
      Gatekeeper gatekeeper,
      UptimeLog uptime,
      Sweep sweep) {
    this.config = config;
    this.store = store;
    this.gatekeeper = gatekeeper;
    this.uptime = uptime;
    this.sweep = sweep;
    this.quotas =
        new Quotas(
            store,
            config.limits().accountQuota(),
            config.limits().grantLifetime().toSeconds(),
            config.clock());
  }

  UploadGrant grantUpload(Address requester, UploadRequest request) {
    Digest digest = parse("digest", () -> Digest.parse(required(request.digest())));
    if (digest.size() > config.limits().maximumObjectSize()) {
      throw new Refusal(
          HttpStatus.CONTENT_TOO_LARGE,
          "the object has " + digest.size() + " bytes",
          "at most " + config.limits().maximumObjectSize() + " are taken; split it");
    }
    requireAllowed(requester, new AccessRequest.Write(requester));
    if (sweep.keepIf(requester, digest.sha256(), () -> has(requester, digest))) {
      return new UploadGrant(true, null);
    }
    requireRoom(requester, digest);
    URI url = store.presignPut(requester, digest, lifetime());
    return new UploadGrant(false, url.toString());
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

  DownloadGrant grantDownload(Address requester, DownloadRequest request) {
    Address owner = parse("owner", () -> Address.fromHex(required(request.owner())));
    Bytes32 sha256 = parse("sha256", () -> Bytes32.fromHex(required(request.sha256())));
    ObjectDescription found = describe(requester, owner, sha256);
    URI url = store.presignGet(owner, sha256, lifetime());
    return new DownloadGrant(url.toString(), found.size());
  }

  ObjectDescription describe(Address requester, String owner, String sha256) {
    return describe(
        requester,
        parse("owner", () -> Address.fromHex(owner)),
        parse("sha256", () -> Bytes32.fromHex(sha256)));
  }

  private ObjectDescription describe(Address requester, Address owner, Bytes32 sha256) {
    requireAllowed(requester, new AccessRequest.Read(owner, sha256));
    OptionalLong size = sizeFor(requester, owner, sha256);
    if (size.isEmpty()) {
      throw notFound(owner + " has no object " + sha256.toHex(), "ask its owner to put it again");
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
    MatchId id = parse("match", () -> MatchId.fromHex(match));
    Digest manifest = parse("manifest", () -> Digest.parse(required(announcement.manifest())));
    requireAllowed(requester, new AccessRequest.AnnounceResult(id));
    store.announceResult(requester, id, manifest);
  }

  ResultAnnouncement findResult(Address requester, String match, String provider) {
    MatchId id = parse("match", () -> MatchId.fromHex(match));
    Address resourceProvider = parse("provider", () -> Address.fromHex(provider));
    requireAllowed(requester, new AccessRequest.FindResult(id, resourceProvider));
    return store
        .findResult(id, resourceProvider)
        .map(manifest -> new ResultAnnouncement(manifest.toString()))
        .orElseThrow(
            () ->
                notFound(
                    resourceProvider + " announced no result of match " + id,
                    "ask again after it has posted its result"));
  }

  void leaveNote(Address requester, String match, String recipient, NoteToLeave note) {
    MatchId id = parse("match", () -> MatchId.fromHex(match));
    Address to = parse("recipient", () -> Address.fromHex(recipient));
    byte[] bytes = parse("note", () -> noteOf(required(note.note())));
    requireAllowed(requester, new AccessRequest.LeaveNote(id, to));
    store.leaveNote(id, requester, to, bytes);
  }

  private static byte[] noteOf(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    Note.requireSize(bytes);
    return bytes;
  }

  LeftNote findNote(Address requester, String match, String sender, String recipient) {
    MatchId id = parse("match", () -> MatchId.fromHex(match));
    Address from = parse("sender", () -> Address.fromHex(sender));
    Address to = parse("recipient", () -> Address.fromHex(recipient));
    requireAllowed(requester, new AccessRequest.FindNote(id, from, to));
    return store
        .findNote(id, from, to)
        .map(n -> new LeftNote(Base64.getEncoder().encodeToString(n.content()), n.leftAt()))
        .orElseThrow(
            () ->
                notFound(
                    "%s left no note for %s in match %s".formatted(from, to, id),
                    "ask again later"));
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

  private void requireAllowed(Address requester, AccessRequest request) {
    switch (gatekeeper.decide(requester, request)) {
      case Decision.Allowed allowed -> {}
      case Decision.NotYet notYet ->
          throw new Refusal(
              HttpStatus.TOO_EARLY, notYet.why(), "try again when the ledger has moved on");
      case Decision.Refused refused ->
          throw new Refusal(
              HttpStatus.FORBIDDEN,
              refused.why(),
              "a match opens its objects to its parties; it may not have been seen here yet");
    }
  }

  private static Refusal notFound(String error, String hint) {
    return new Refusal(HttpStatus.NOT_FOUND, error, hint);
  }

  private static String required(String value) {
    if (value == null) {
      throw new IllegalArgumentException("it is missing");
    }
    return value;
  }

  private static <T> T parse(String name, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(
          "bad " + name + ": " + e.getMessage(), "see the directory's reference for its form");
    }
  }
}
