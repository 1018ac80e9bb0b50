package modicum.directory.s3;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import modicum.directory.Directory.ContentSource;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.access.StoredContent;
import modicum.directory.retention.Shelves;
import modicum.directory.retention.StoredObject;
import modicum.directory.transfer.ContentMismatch;
import modicum.directory.transfer.PartSizes;
import modicum.directory.transfer.ResumableDownload;
import modicum.directory.transfer.ResumableUpload;
import modicum.directory.transfer.Retry;
import modicum.directory.transfer.VerifiedFile;
import modicum.directory.transfer.VerifiedSource;
import modicum.directory.wire.Checksum;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * A directory's storage in a bucket of any S3 service: objects at {@code <owner>/objects/<sha256>},
 * announced results at {@code results/<match>/<provider>}, when an object was last wanted at {@code
 * <owner>/wanted/<sha256>}, which upload goes on at {@code <owner>/uploads/<sha256>/<size>}, notes
 * at {@code notes/<match>/<sender>/<recipient>}, and {@code heartbeat}. It asks nobody who may:
 * that is the hosted service's part.
 *
 * <p>Memory is constant: a put holds a few parts, a get a few ranges. A large object that was
 * interrupted on its way goes on from where it was.
 */
public final class S3ObjectStore implements StoredContent, Shelves, AutoCloseable {
  private static final long CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final long TRANSFER_TIMEOUT_MILLIS = 60_000;

  /** From this size on an object comes in ranges, bytes. */
  private static final long SMALLEST_RANGED = 1L << 20;

  /** A digest in text is shorter, bytes. */
  private static final int MAXIMUM_ANNOUNCEMENT_SIZE = 256;

  static final String NOTES = "notes/";
  static final String RESULTS = "results/";

  /** Key of the object that shows that the service stores. */
  private static final String HEARTBEAT = "heartbeat";

  private final S3Settings settings;
  private final Retry retry;
  private final MinioClient client;
  private final MinioAsyncClient parts;
  private final S3Presigner presigner;
  private final S3Listing listing;
  private final S3Uploads uploads;

  public S3ObjectStore(S3Settings settings, Retry retry) {
    this.settings = settings;
    this.retry = retry;
    this.client = connect(settings);
    this.parts = connectForParts(settings);
    this.listing = new S3Listing(client, settings.bucket(), retry);
    this.presigner = new S3Presigner(settings);
    this.uploads =
        new S3Uploads(
            presigner,
            retry,
            (owner, digest) -> multipart(owner, digest, MultipartUpload.Check.SHA256));
  }

  private static MinioClient connect(S3Settings settings) {
    MinioClient client =
        MinioClient.builder()
            .endpoint(settings.endpoint().toString())
            .region(settings.region())
            .credentials(settings.accessKey(), settings.secretKey())
            .build();
    client.setTimeout(CONNECT_TIMEOUT_MILLIS, TRANSFER_TIMEOUT_MILLIS, TRANSFER_TIMEOUT_MILLIS);
    return client;
  }

  private static MinioAsyncClient connectForParts(S3Settings settings) {
    MinioAsyncClient client =
        MinioAsyncClient.builder()
            .endpoint(settings.endpoint().toString())
            .region(settings.region())
            .credentials(settings.accessKey(), settings.secretKey())
            .build();
    client.setTimeout(CONNECT_TIMEOUT_MILLIS, TRANSFER_TIMEOUT_MILLIS, TRANSFER_TIMEOUT_MILLIS);
    return client;
  }

  /** Creates the bucket where it does not exist. */
  public void prepare() {
    retry.call(
        () -> {
          if (!bucketExists()) {
            S3Calls.callAnyway(
                "creating bucket " + settings,
                () -> {
                  client.makeBucket(MakeBucketArgs.builder().bucket(settings.bucket()).build());
                  return null;
                });
          }
          return null;
        });
  }

  /** Whether the service answers and has our bucket; never throws for trouble, never retries. */
  public boolean isAvailable() {
    try {
      return bucketExists();
    } catch (DirectoryUnavailable unavailable) {
      return false;
    }
  }

  /**
   * Whether the service stores what is put: one whose disk is full answers, and serves nobody who
   * has something to put. Writes a small object over itself; never throws for trouble, never
   * retries.
   */
  public boolean isStoring() {
    try {
      write(HEARTBEAT, HEARTBEAT.getBytes(StandardCharsets.US_ASCII));
      return true;
    } catch (DirectoryUnavailable unavailable) {
      return false;
    }
  }

  private boolean bucketExists() {
    return S3Calls.callAnyway(
        "looking for bucket " + settings,
        () -> client.bucketExists(BucketExistsArgs.builder().bucket(settings.bucket()).build()));
  }

  /** Puts an object; see {@link modicum.directory.Directory#put}. */
  public void put(Address owner, Digest digest, ContentSource content, TransferProgress progress) {
    String key = objectKey(owner, digest.sha256());
    if (PartSizes.areMany(digest)) {
      new ResumableUpload(directParts(owner, digest), digest, retry).send(content, progress);
      return;
    }
    if (retry.call(() -> sizeAt(key)).equals(OptionalLong.of(digest.size()))) {
      progress.moved(digest.size(), digest.size());
      return;
    }
    retry.call(
        () -> {
          upload(key, digest, content, progress);
          return null;
        });
  }

  private void upload(String key, Digest digest, ContentSource content, TransferProgress progress) {
    try (VerifiedSource source = VerifiedSource.open(content, digest, progress)) {
      PutObjectArgs put =
          PutObjectArgs.builder().bucket(settings.bucket()).object(key).stream(
                  source, digest.size(), -1L)
              .build();
      try {
        S3Calls.callAnyway("putting " + key, () -> client.putObject(put));
      } catch (DirectoryUnavailable e) {
        source.throwIfItFailed();
        throw e;
      }
    }
  }

  /** The size of an object, bytes; empty where there is none. */
  public OptionalLong size(Address owner, Bytes32 sha256) {
    return retry.call(() -> sizeAt(objectKey(owner, sha256)));
  }

  private OptionalLong sizeAt(String key) {
    return statAt(key).map(stat -> OptionalLong.of(stat.size())).orElseGet(OptionalLong::empty);
  }

  private Optional<StatObjectResponse> statAt(String key) {
    StatObjectArgs stat = StatObjectArgs.builder().bucket(settings.bucket()).object(key).build();
    try {
      return Optional.of(S3Calls.call("looking at " + key, () -> client.statObject(stat)));
    } catch (ObjectNotFound absent) {
      return Optional.empty();
    }
  }

  /** Fetches an object into a file; see {@link modicum.directory.Directory#fetch}. */
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    String key = objectKey(owner, digest.sha256());
    if (digest.size() >= SMALLEST_RANGED) {
      fetchInRanges(key, digest, target, progress);
      return;
    }
    retry.<Void, ObjectNotFound, ObjectCorrupt>callChecked(
        () -> {
          try (GetObjectResponse content = open(key)) {
            VerifiedFile.receive(content, digest, target, progress);
          } catch (ContentMismatch mismatch) {
            throw new ObjectCorrupt(key + ": " + mismatch.getMessage());
          } catch (IOException e) {
            throw new DirectoryUnavailable("getting " + key + " broke off: " + e.getMessage(), e);
          }
          return null;
        });
  }

  private void fetchInRanges(String key, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    OptionalLong size = retry.call(() -> sizeAt(key));
    if (size.isEmpty()) {
      throw new ObjectNotFound("getting " + key + ": there is no such object");
    }
    if (size.getAsLong() != digest.size()) {
      throw new ObjectCorrupt(
          key + " has " + size.getAsLong() + " bytes of " + digest.size() + "; put it again");
    }
    try {
      new ResumableDownload((from, length) -> open(key, from, length), digest, retry, progress)
          .into(target);
    } catch (ContentMismatch mismatch) {
      throw new ObjectCorrupt(key + ": " + mismatch.getMessage());
    }
  }

  private GetObjectResponse open(String key, long from, long length) throws ObjectNotFound {
    GetObjectArgs get =
        GetObjectArgs.builder()
            .bucket(settings.bucket())
            .object(key)
            .offset(from)
            .length(length)
            .build();
    return S3Calls.call("getting " + key, () -> client.getObject(get));
  }

  @Override
  public byte[] read(Address owner, Bytes32 sha256, int maximumSize)
      throws ObjectNotFound, ObjectCorrupt {
    byte[] content = readUnverified(objectKey(owner, sha256), maximumSize);
    if (!Sha256.of(content).sha256().equals(sha256)) {
      throw new ObjectCorrupt(objectKey(owner, sha256) + " has other bytes");
    }
    return content;
  }

  private byte[] readUnverified(String key, int maximumSize) throws ObjectNotFound, ObjectCorrupt {
    return retry.<byte[], ObjectNotFound, ObjectCorrupt>callChecked(
        () -> {
          try (GetObjectResponse content = open(key)) {
            byte[] bytes = content.readNBytes(maximumSize);
            if (content.read() >= 0) {
              throw new ObjectCorrupt(key + " has more than " + maximumSize + " bytes");
            }
            return bytes;
          } catch (IOException e) {
            throw new DirectoryUnavailable("getting " + key + " broke off: " + e.getMessage(), e);
          }
        });
  }

  private GetObjectResponse open(String key) throws ObjectNotFound {
    GetObjectArgs get = GetObjectArgs.builder().bucket(settings.bucket()).object(key).build();
    return S3Calls.call("getting " + key, () -> client.getObject(get));
  }

  /** Notes where a provider's result of a match is; a later note replaces an earlier one. */
  public void announceResult(Address provider, MatchId match, Digest manifest) {
    note(resultKey(provider, match), manifest.toString());
  }

  private void note(String key, String text) {
    note(key, text.getBytes(StandardCharsets.US_ASCII));
  }

  private void note(String key, byte[] bytes) {
    retry.call(() -> write(key, bytes));
  }

  private ObjectWriteResponse write(String key, byte[] bytes) {
    return S3Calls.callAnyway(
        "putting " + key,
        () ->
            client.putObject(
                PutObjectArgs.builder().bucket(settings.bucket()).object(key).stream(
                        new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                    .build()));
  }

  @Override
  public Optional<Digest> findResult(MatchId match, Address provider) {
    try {
      byte[] text = readUnverified(resultKey(provider, match), MAXIMUM_ANNOUNCEMENT_SIZE);
      return Optional.of(Digest.parse(new String(text, StandardCharsets.US_ASCII)));
    } catch (ObjectNotFound none) {
      return Optional.empty();
    } catch (ObjectCorrupt | IllegalArgumentException unreadable) {
      throw new UncheckedIOException(
          new IOException("the note at " + resultKey(provider, match) + " is damaged", unreadable));
    }
  }

  /** Keeps what one party of a match says to another; a later note replaces an earlier one. */
  public void leaveNote(MatchId match, Address sender, Address recipient, byte[] note) {
    Note.requireSize(note);
    note(partyNoteKey(match, sender, recipient), note);
  }

  /** What one party of a match said to another, and when by the storage's clock. */
  public Optional<Note> findNote(MatchId match, Address sender, Address recipient) {
    String key = partyNoteKey(match, sender, recipient);
    return retry.call(
        () -> {
          try (GetObjectResponse content = open(key)) {
            byte[] bytes = content.readNBytes(Note.MAXIMUM_SIZE);
            return Optional.of(new Note(bytes, lastModified(content)));
          } catch (ObjectNotFound none) {
            return Optional.empty();
          } catch (IOException | DateTimeException e) {
            throw new DirectoryUnavailable("getting " + key + " broke off: " + e.getMessage(), e);
          }
        });
  }

  private static long lastModified(GetObjectResponse content) throws IOException {
    String time = content.headers().get("Last-Modified");
    if (time == null) {
      throw new IOException("the storage does not say when it was put");
    }
    return ZonedDateTime.parse(time, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
  }

  // ------------------------------------------------------------- retention

  @Override
  public Set<MatchId> matchesWithNotes() {
    return listing.matchesWithNotes();
  }

  @Override
  public void removeNotes(MatchId match) {
    listing.keys(NOTES + match.toHex() + "/").forEach(this::removeAt);
    listing.keys(RESULTS + match.toHex() + "/").forEach(this::removeAt);
  }

  @Override
  public void forEach(Consumer<StoredObject> visitor) {
    listing.show("", visitor);
  }

  @Override
  public void forEach(Address owner, Consumer<StoredObject> visitor) {
    listing.show(owner + "/objects/", visitor);
  }

  @Override
  public void forEachUpload(Address owner, Consumer<StoredObject> visitor) {
    listing.showUploads(owner + "/uploads/", visitor);
  }

  @Override
  public Optional<Instant> lastUsed(Address owner, Bytes32 sha256) {
    return retry
        .call(() -> modifiedAt(objectKey(owner, sha256)))
        .map(
            put ->
                retry
                    .call(() -> modifiedAt(wantedKey(owner, sha256)))
                    .filter(put::isBefore)
                    .orElse(put));
  }

  private Optional<Instant> modifiedAt(String key) {
    return statAt(key).map(stat -> stat.lastModified().toInstant());
  }

  @Override
  public void use(Address owner, Bytes32 sha256) {
    note(wantedKey(owner, sha256), "");
  }

  @Override
  public void remove(Address owner, Bytes32 sha256) {
    // The note goes first: alone, it would stay for ever.
    removeAt(wantedKey(owner, sha256));
    removeAt(objectKey(owner, sha256));
  }

  private void removeAt(String key) {
    RemoveObjectArgs remove =
        RemoveObjectArgs.builder().bucket(settings.bucket()).object(key).build();
    retry.call(
        () ->
            S3Calls.callAnyway(
                "removing " + key,
                () -> {
                  client.removeObject(remove);
                  return null;
                }));
  }

  @Override
  public int removeUnfinished(Instant before) {
    List<StoredObject> begun = new ArrayList<>();
    listing.showUploads(
        "",
        upload -> {
          if (upload.putAt().isBefore(before)) {
            begun.add(upload);
          }
        });
    for (StoredObject upload : begun) {
      retry.call(
          () -> {
            multipart(
                    upload.owner(),
                    new Digest(upload.sha256(), upload.size()),
                    MultipartUpload.Check.SHA256)
                .abandon();
            return null;
          });
    }
    return begun.size();
  }

  private DirectParts directParts(Address owner, Digest digest) {
    return new DirectParts(
        parts,
        settings.bucket(),
        objectKey(owner, digest.sha256()),
        multipart(owner, digest, MultipartUpload.Check.CRC32C));
  }

  private MultipartUpload multipart(Address owner, Digest digest, MultipartUpload.Check check) {
    return new MultipartUpload(
        parts,
        settings.bucket(),
        objectKey(owner, digest.sha256()),
        noteKey(owner, digest),
        digest,
        check);
  }

  /** Uploads of large objects whose parts others send. */
  public S3Uploads uploads() {
    return uploads;
  }

  /**
   * A URL that puts this object and nothing else: the checksum header, which the sender must add,
   * and the length are part of the signature, so a service that knows them refuses other bytes.
   */
  public URI presignPut(Address owner, Digest digest, Duration lifetime) {
    return presigner.put(
        objectKey(owner, digest.sha256()),
        lifetime,
        digest.size(),
        Map.of(),
        Map.of(Checksum.HEADER, Checksum.value(digest.sha256())));
  }

  /** A URL that gets this object and nothing else. */
  public URI presignGet(Address owner, Bytes32 sha256, Duration lifetime) {
    return presigner.get(objectKey(owner, sha256), lifetime);
  }

  static String objectKey(Address owner, Bytes32 sha256) {
    return owner + "/objects/" + sha256.toHex();
  }

  /** Of the note of an upload that has not ended; the size is in it to be counted. */
  static String noteKey(Address owner, Digest digest) {
    return owner + "/uploads/" + digest.sha256().toHex() + "/" + digest.size();
  }

  /** Of an empty object, whose time says when the object was last wanted. */
  static String wantedKey(Address owner, Bytes32 sha256) {
    return owner + "/wanted/" + sha256.toHex();
  }

  static String resultKey(Address provider, MatchId match) {
    return RESULTS + match.toHex() + "/" + provider;
  }

  static String partyNoteKey(MatchId match, Address sender, Address recipient) {
    return NOTES + match.toHex() + "/" + sender + "/" + recipient;
  }

  @Override
  public void close() {
    closeQuietly(client);
    closeQuietly(parts);
    closeQuietly(presigner);
  }

  private static void closeQuietly(AutoCloseable client) {
    try {
      client.close();
    } catch (Exception nothingLeftToLose) {
      // Only idle connections are given back here.
    }
  }
}
