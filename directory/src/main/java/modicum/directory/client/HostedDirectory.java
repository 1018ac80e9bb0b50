package modicum.directory.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import modicum.directory.Directory;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.client.ServiceConnection.Download;
import modicum.directory.transfer.ByteRanges;
import modicum.directory.transfer.ContentMismatch;
import modicum.directory.transfer.PartSizes;
import modicum.directory.transfer.ResumableDownload;
import modicum.directory.transfer.ResumableUpload;
import modicum.directory.transfer.Retry;
import modicum.directory.transfer.VerifiedFile;
import modicum.directory.transfer.VerifiedSource;
import modicum.directory.transfer.VerifyingInputStream;
import modicum.directory.uptime.ProbeObject;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.uptime.UptimeUnproven;
import modicum.directory.wire.Messages.DownloadGrant;
import modicum.directory.wire.Messages.DownloadRequest;
import modicum.directory.wire.Messages.LeftNote;
import modicum.directory.wire.Messages.NoteToLeave;
import modicum.directory.wire.Messages.ObjectDescription;
import modicum.directory.wire.Messages.ResultAnnouncement;
import modicum.directory.wire.Messages.UploadGrant;
import modicum.directory.wire.Messages.UploadRequest;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.SignatureRecovery;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;

/**
 * A party's door to a hosted directory: asks the service for a URL, and moves the bytes straight
 * between itself and the storage. The service is trusted with nothing that a digest can show.
 *
 * <p>A service that does not give an object may only lag behind the ledger, so that is tried again
 * like an outage before it is believed.
 */
public final class HostedDirectory implements Directory, UptimeSource, AutoCloseable {
  /** From this size on an object comes in ranges, bytes. */
  private static final long SMALLEST_RANGED = 1L << 20;

  /** A mediator waits for a directory's record, but not past its own deadline. */
  private static final Duration RECORD_PATIENCE = Duration.ofSeconds(90);

  private final ServiceConnection service;
  private final Address directory;
  private final Signer party;
  private final SignatureRecovery recovery;
  private final Retry retry;

  /** Whom a client talks to, and as whom. */
  public record Connection(
      URI endpoint, Address directory, Signer party, SignatureRecovery recovery) {}

  public HostedDirectory(Connection connection) {
    this(connection, Retry.DEFAULT, () -> System.currentTimeMillis() / 1000);
  }

  /**
   * @param clock seconds since 1970, near the directory's
   */
  public HostedDirectory(Connection connection, Retry retry, LongSupplier clock) {
    this.directory = connection.directory();
    this.party = connection.party();
    this.recovery = connection.recovery();
    this.retry = retry;
    this.service = new ServiceConnection(connection.endpoint(), directory, party, clock);
  }

  @Override
  public Address address() {
    return directory;
  }

  @Override
  public void put(Digest digest, ContentSource content, TransferProgress progress) {
    if (PartSizes.areMany(digest)) {
      putInParts(digest, content, progress);
      return;
    }
    believing(
        refusals -> {
          Answer answer =
              service.signed("POST", "/v1/uploads", new UploadRequest(digest.toString()));
          UploadGrant grant = refusals.requireShown(answer).as(UploadGrant.class);
          if (grant.present()) {
            progress.moved(digest.size(), digest.size());
          } else {
            upload(url(grant.url()), digest, content, progress);
          }
          return null;
        });
  }

  private void putInParts(Digest digest, ContentSource content, TransferProgress progress) {
    Refusals refusals = new Refusals();
    try {
      new ResumableUpload(new HostedParts(service, digest, refusals), digest, retry)
          .send(content, progress);
    } catch (DirectoryUnavailable e) {
      throw refusals.asRefused(e);
    }
  }

  private void upload(URI url, Digest digest, ContentSource content, TransferProgress progress) {
    try (VerifiedSource source = VerifiedSource.open(content, digest, progress)) {
      int status = send(url, digest, source);
      source.throwIfItFailed();
      if (status != 200 && status != 201 && status != 204) {
        throw new DirectoryUnavailable("the storage refused to take " + digest + ": " + status);
      }
    }
  }

  private int send(URI url, Digest digest, VerifiedSource source) {
    if (digest.size() == 0) {
      requireEmpty(source);
    }
    try {
      return service.upload(url, source, digest);
    } catch (DirectoryUnavailable e) {
      source.throwIfItFailed();
      throw e;
    }
  }

  /** An empty body is never read, so the source would go unverified. */
  private static void requireEmpty(VerifiedSource source) {
    try {
      source.read();
    } catch (IOException e) {
      source.throwIfItFailed();
    }
  }

  @Override
  public boolean has(Digest digest) {
    OptionalLong size = sizeOf(party.address(), digest.sha256());
    return size.equals(OptionalLong.of(digest.size()));
  }

  @Override
  public Optional<Digest> findOnShelf(Bytes32 sha256) {
    OptionalLong size = sizeOf(directory, sha256);
    return size.isPresent() ? Optional.of(new Digest(sha256, size.getAsLong())) : Optional.empty();
  }

  private OptionalLong sizeOf(Address owner, Bytes32 sha256) {
    return believing(
        refusals -> {
          Answer answer = service.signed("GET", "/v1/objects/" + owner + "/" + sha256.toHex());
          if (answer.is(404)) {
            return OptionalLong.empty();
          }
          long size = refusals.requireShown(answer).as(ObjectDescription.class).size();
          if (size < 0) {
            throw new DirectoryUnavailable("the directory answered with no size");
          }
          return OptionalLong.of(size);
        });
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    if (digest.size() >= SMALLEST_RANGED) {
      fetchInRanges(owner, digest, target, progress);
      return;
    }
    this.<Void>reading(
        owner,
        digest.sha256(),
        (content, size) -> {
          if (size != digest.size()) {
            throw new ContentMismatch(digest + " has " + size + " bytes in the storage");
          }
          VerifiedFile.receive(content, digest, target, progress);
          return null;
        });
  }

  private void fetchInRanges(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    String object = owner + " " + digest.sha256().toHex();
    AtomicReference<DownloadGrant> grant = new AtomicReference<>(granted(owner, digest.sha256()));
    if (grant.get().size() != digest.size()) {
      throw new ObjectCorrupt(
          object + ": " + digest + " has " + grant.get().size() + " bytes in the storage");
    }
    ByteRanges ranges =
        (from, length) -> {
          Download part = service.download(url(grant.get().url()), from, length);
          switch (part.status()) {
            case 206 -> {
              return part.body();
            }
            case 404 -> throw new ObjectNotFound(object + " is no longer in the storage");
            default -> {
              part.close();
              // A grant ends; the next attempt has a new one.
              grant.set(granted(owner, digest.sha256()));
              throw new DirectoryUnavailable(
                  "the storage refused to give " + object + ": " + part.status());
            }
          }
        };
    try {
      new ResumableDownload(ranges, digest, retry, progress).into(target);
    } catch (ContentMismatch mismatch) {
      throw new ObjectCorrupt(object + ": " + mismatch.getMessage());
    }
  }

  private DownloadGrant granted(Address owner, Bytes32 sha256) throws ObjectNotFound {
    Refusals refusals = new Refusals();
    try {
      return retry.<DownloadGrant, ObjectNotFound, RuntimeException>callChecked(
          () -> askForDownload(owner, sha256, refusals));
    } catch (DirectoryUnavailable e) {
      refusals.throwIfLast(e);
      throw e;
    }
  }

  private DownloadGrant askForDownload(Address owner, Bytes32 sha256, Refusals refusals)
      throws ObjectNotFound {
    DownloadRequest request = new DownloadRequest(owner.toString(), sha256.toHex());
    Answer answer = service.signed("POST", "/v1/downloads", request);
    return refusals.requireFound(answer).as(DownloadGrant.class);
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    return this.<byte[]>reading(
        owner,
        sha256,
        (content, size) -> {
          if (size < 0 || size > maximumSize) {
            throw new ContentMismatch(
                sha256.toHex() + " has " + size + " bytes, at most " + maximumSize + " wanted");
          }
          return readAll(content, new Digest(sha256, size));
        });
  }

  /** Grows with what comes, not with what is announced. */
  private static byte[] readAll(InputStream content, Digest digest) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new VerifyingInputStream(content, digest, TransferProgress.NONE).transferTo(bytes);
    return bytes.toByteArray();
  }

  private interface Reader<T> {
    T read(InputStream content, long size) throws IOException;
  }

  private <T> T reading(Address owner, Bytes32 sha256, Reader<T> reader)
      throws ObjectNotFound, ObjectCorrupt {
    Refusals refusals = new Refusals();
    try {
      return retry.<T, ObjectNotFound, ObjectCorrupt>callChecked(
          () -> {
            DownloadGrant grant = askForDownload(owner, sha256, refusals);
            return download(grant, owner + " " + sha256.toHex(), reader);
          });
    } catch (DirectoryUnavailable e) {
      refusals.throwIfLast(e);
      throw e;
    }
  }

  private <T> T download(DownloadGrant grant, String object, Reader<T> reader)
      throws ObjectNotFound, ObjectCorrupt {
    try (Download download = service.download(url(grant.url()))) {
      if (download.status() == 404) {
        throw new ObjectNotFound(object + " is no longer in the storage");
      }
      if (download.status() != 200) {
        throw new DirectoryUnavailable(
            "the storage refused to give " + object + ": " + download.status());
      }
      return reader.read(download.body(), grant.size());
    } catch (ContentMismatch mismatch) {
      throw new ObjectCorrupt(object + ": " + mismatch.getMessage());
    } catch (IOException e) {
      throw new DirectoryUnavailable("getting " + object + " broke off: " + e.getMessage(), e);
    }
  }

  @Override
  public void announceResult(MatchId match, Digest manifest) {
    believing(
        refusals -> {
          String target = "/v1/results/" + match.toHex();
          Answer answer =
              service.signed("PUT", target, new ResultAnnouncement(manifest.toString()));
          return refusals.requireShown(answer);
        });
  }

  @Override
  public Optional<Digest> findResult(MatchId match, Address resourceProvider) {
    return believing(
        refusals -> {
          String target = "/v1/results/" + match.toHex() + "/" + resourceProvider;
          Answer answer = service.signed("GET", target);
          if (answer.is(404)) {
            return Optional.empty();
          }
          return Optional.of(digest(refusals.requireShown(answer).as(ResultAnnouncement.class)));
        });
  }

  @Override
  public void leaveNote(MatchId match, Address recipient, byte[] note) {
    Note.requireSize(note);
    NoteToLeave message = new NoteToLeave(Base64.getEncoder().encodeToString(note));
    believing(
        refusals -> {
          String target = "/v1/notes/" + match.toHex() + "/" + recipient;
          return refusals.requireShown(service.signed("PUT", target, message));
        });
  }

  @Override
  public Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    return believing(
        refusals -> {
          String target = "/v1/notes/" + match.toHex() + "/" + sender + "/" + recipient;
          Answer answer = service.signed("GET", target);
          if (answer.is(404)) {
            return Optional.empty();
          }
          return Optional.of(note(refusals.requireShown(answer).as(LeftNote.class)));
        });
  }

  private static Note note(LeftNote answer) {
    try {
      return new Note(Base64.getDecoder().decode(answer.note()), answer.leftAt());
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new DirectoryUnavailable("the directory answered with no note", e);
    }
  }

  /** What a caller is refused again and again ends as {@link DirectoryRefused}. */
  private <T> T believing(Function<Refusals, T> attempt) {
    Refusals refusals = new Refusals();
    try {
      return retry.call(() -> attempt.apply(refusals));
    } catch (DirectoryUnavailable e) {
      throw refusals.asRefused(e);
    }
  }

  private static Digest digest(ResultAnnouncement announcement) {
    try {
      return Digest.parse(announcement.manifest());
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new DirectoryUnavailable("the directory answered with no digest", e);
    }
  }

  @Override
  public UptimeRecord uptime(long from, long to) throws UptimeUnproven {
    return uptimeClient().record(from, to);
  }

  @Override
  public UptimeHead head() throws UptimeUnproven {
    return uptimeClient().head();
  }

  private UptimeClient uptimeClient() {
    return new UptimeClient(service, directory, recovery, retry, RECORD_PATIENCE);
  }

  @Override
  public UptimeHead probe() throws UptimeUnproven {
    Digest object = ProbeObject.digest(directory);
    try {
      read(directory, object.sha256(), (int) object.size());
    } catch (ObjectNotFound | ObjectCorrupt e) {
      throw new DirectoryUnavailable("it does not give its probe object: " + e.getMessage(), e);
    }
    return head();
  }

  @Override
  public void close() {
    service.close();
  }

  static URI url(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new DirectoryUnavailable("the directory answered with no URL", e);
    }
  }
}
