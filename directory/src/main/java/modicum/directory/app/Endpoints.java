package modicum.directory.app;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import modicum.directory.Note;
import modicum.directory.TransferProgress;
import modicum.directory.access.AccessRequest;
import modicum.directory.retention.Sweep;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.uptime.ProbeObject;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeLog;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.wire.Messages.DownloadGrant;
import modicum.directory.wire.Messages.DownloadRequest;
import modicum.directory.wire.Messages.Head;
import modicum.directory.wire.Messages.LeftNote;
import modicum.directory.wire.Messages.NoteToLeave;
import modicum.directory.wire.Messages.ObjectDescription;
import modicum.directory.wire.Messages.ResultAnnouncement;
import modicum.directory.wire.Messages.Status;
import modicum.directory.wire.Messages.Uptime;
import modicum.directory.wire.UptimeMessages;
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
    ObjectDescription found =
        ProbeObject.is(config.directory().address(), owner, sha256)
            ? probeObject()
            : describe(requester, owner, sha256);
    URI url = store.presignGet(owner, sha256, lifetime());
    return new DownloadGrant(url.toString(), found.size());
  }

  /** Every registered party may read it, as all of the shelf; it is put where it is not there. */
  private ObjectDescription probeObject() {
    Address self = config.directory().address();
    Digest digest = ProbeObject.digest(self);
    if (store.size(self, digest.sha256()).isEmpty()) {
      store.put(
          self,
          digest,
          () -> new ByteArrayInputStream(ProbeObject.content(self)),
          TransferProgress.NONE);
    }
    return new ObjectDescription(digest.size());
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

  void leaveNote(Address requester, String match, String recipient, NoteToLeave note) {
    MatchId id = Guard.parse("match", () -> MatchId.fromHex(match));
    Address to = Guard.parse("recipient", () -> Address.fromHex(recipient));
    byte[] bytes = Guard.parse("note", () -> noteOf(Guard.required(note.note())));
    guard.requireAllowed(requester, new AccessRequest.LeaveNote(id, to));
    store.leaveNote(id, requester, to, bytes);
  }

  private static byte[] noteOf(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    Note.requireSize(bytes);
    return bytes;
  }

  LeftNote findNote(Address requester, String match, String sender, String recipient) {
    MatchId id = Guard.parse("match", () -> MatchId.fromHex(match));
    Address from = Guard.parse("sender", () -> Address.fromHex(sender));
    Address to = Guard.parse("recipient", () -> Address.fromHex(recipient));
    guard.requireAllowed(requester, new AccessRequest.FindNote(id, from, to));
    return store
        .findNote(id, from, to)
        .map(n -> new LeftNote(Base64.getEncoder().encodeToString(n.content()), n.leftAt()))
        .orElseThrow(
            () ->
                Guard.notFound(
                    "%s left no note for %s in match %s".formatted(from, to, id),
                    "ask again later"));
  }

  Status status() {
    return new Status(
        config.directory().address().toString(), config.clock().getAsLong(), store.isAvailable());
  }

  /**
   * @param after number of the last beat of the page before; 0 for the first
   */
  Uptime uptime(long from, long to, long after) {
    if (from < 0 || to < from || to - from > UptimeSource.LONGEST_RANGE) {
      throw Refusal.badRequest(
          "the range is from " + from + " to " + to,
          "ask for at most " + Duration.ofSeconds(UptimeSource.LONGEST_RANGE).toDays() + " days");
    }
    UptimeRecord page =
        uptime.page(from, to, after).orElseThrow(() -> noBeat("there is no beat after " + after));
    long newest = uptime.head().orElseThrow().beat().number();
    boolean more = page.head().beat().time() <= to && page.head().beat().number() < newest;
    return UptimeMessages.of(page, more);
  }

  /** The newest beat. */
  Head uptimeHead() {
    Optional<UptimeHead> head = uptime.head();
    return UptimeMessages.of(head.orElseThrow(() -> noBeat("there is no beat yet")));
  }

  private static Refusal noBeat(String error) {
    return Guard.notFound(error, "ask again in a minute");
  }

  private Duration lifetime() {
    return config.limits().grantLifetime();
  }
}
