package modicum.directory.s3;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.ListPartsArgs;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.messages.ListPartsResult;
import io.minio.messages.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import modicum.directory.ObjectNotFound;
import modicum.directory.transfer.PartSizes;
import modicum.protocol.content.Digest;

/**
 * What an S3 service knows of the upload of one large object. A small object beside says which
 * upload it is (to list uploads is not understood between all services and this library), so
 * nothing is kept on this machine.
 *
 * <p>No call is tried again here.
 */
final class MultipartUpload {
  private static final int LONGEST_NOTE = 1024;
  private static final int MOST_LISTED = 1000;

  /** What the service checks each part by; an upload goes by one of them from beginning to end. */
  enum Check {
    /** Quick; finds what a line does to a part. */
    CRC32C,
    /** For parts that somebody else sends: they cannot be other bytes. */
    SHA256
  }

  private final MinioAsyncClient client;
  private final String bucket;
  private final String key;
  private final String note;
  private final Digest digest;
  private final Check check;

  /**
   * @param note key of the object that says which upload is going on
   */
  MultipartUpload(
      MinioAsyncClient client, String bucket, String key, String note, Digest digest, Check check) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.note = note;
    this.digest = digest;
    this.check = check;
  }

  /** Whether the whole object is there. */
  boolean isWhole() {
    StatObjectArgs stat = StatObjectArgs.builder().bucket(bucket).object(key).build();
    try {
      return S3Calls.call("looking at " + key, () -> S3Calls.await(client.statObject(stat)).size())
          == digest.size();
    } catch (ObjectNotFound absent) {
      return false;
    }
  }

  /** The upload that goes on, as noted; the service may have forgotten it since. */
  Optional<String> noted() {
    return note().filter(n -> n.check().equals(check.name())).map(Note::upload);
  }

  /**
   * As {@link #noted}, and makes the upload as young as a new one.
   *
   * @param before unless it was begun or gone on with since then
   */
  Optional<String> goOn(Instant before) {
    Optional<Note> note = note().filter(n -> n.check().equals(check.name()));
    note.filter(n -> n.at().isBefore(before)).ifPresent(n -> write(n.upload()));
    return note.map(Note::upload);
  }

  /**
   * @param at when it was written, by the service's clock
   */
  private record Note(String check, String upload, Instant at) {}

  private Optional<Note> note() {
    GetObjectArgs get = GetObjectArgs.builder().bucket(bucket).object(note).build();
    try {
      return S3Calls.call(
          "looking for parts of " + key,
          () -> {
            try (GetObjectResponse content = S3Calls.await(client.getObject(get))) {
              String text = new String(content.readNBytes(LONGEST_NOTE), StandardCharsets.US_ASCII);
              return parse(text, content.headers().getInstant("Last-Modified"));
            }
          });
    } catch (ObjectNotFound none) {
      return Optional.empty();
    }
  }

  private static Optional<Note> parse(String text, Instant at) {
    int space = text.indexOf(' ');
    return space < 0
        ? Optional.empty()
        : Optional.of(
            new Note(
                text.substring(0, space),
                text.substring(space + 1),
                at == null ? Instant.EPOCH : at));
  }

  /** Finds the upload that goes on, as young as a new one from now on, or begins one. */
  String begin() {
    Optional<String> upload = noted().filter(this::isKnown);
    if (upload.isEmpty()) {
      upload = Optional.of(create());
    }
    write(upload.get());
    return upload.get();
  }

  private void write(String upload) {
    byte[] text = (check + " " + upload).getBytes(StandardCharsets.US_ASCII);
    PutObjectArgs put =
        PutObjectArgs.builder().bucket(bucket).object(note).data(text, text.length).build();
    S3Calls.callAnyway("beginning to put " + key, () -> S3Calls.await(client.putObject(put)));
  }

  private boolean isKnown(String upload) {
    try {
      S3Calls.call("looking for parts of " + key, () -> list(upload, null, 1));
      return true;
    } catch (ObjectNotFound forgotten) {
      return false;
    }
  }

  private String create() {
    CreateMultipartUploadArgs create =
        CreateMultipartUploadArgs.builder()
            .bucket(bucket)
            .object(key)
            .headers(new Http.Headers("x-amz-checksum-algorithm", check.name()))
            .build();
    return S3Calls.callAnyway(
        "beginning to put " + key,
        () -> S3Calls.await(client.createMultipartUpload(create)).result().uploadId());
  }

  /**
   * Some parts that are there, in the order of their numbers.
   *
   * @param next after which number to ask for more, where there are more
   */
  record Page(List<Part> parts, OptionalInt next) {}

  /**
   * @param after 0 for the first page
   * @throws ObjectNotFound the upload has ended
   */
  Page parts(String upload, int after) throws ObjectNotFound {
    ListPartsResult listed =
        S3Calls.call(
            "looking for parts of " + key,
            () -> list(upload, after == 0 ? null : after, MOST_LISTED));
    Integer next = listed.isTruncated() ? listed.nextPartNumberMarker() : null;
    return new Page(
        listed.parts(), next == null ? OptionalInt.empty() : OptionalInt.of(next.intValue()));
  }

  /**
   * All parts that are there, by number.
   *
   * @throws ObjectNotFound the upload has ended
   */
  Map<Integer, Part> parts(String upload) throws ObjectNotFound {
    Map<Integer, Part> all = new TreeMap<>();
    OptionalInt after = OptionalInt.of(0);
    while (after.isPresent()) {
      Page page = parts(upload, after.getAsInt());
      page.parts().forEach(part -> all.put(part.partNumber(), part));
      after = page.next();
    }
    return all;
  }

  private ListPartsResult list(String upload, Integer after, int most)
      throws io.minio.errors.MinioException, IOException {
    ListPartsArgs list =
        ListPartsArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .partNumberMarker(after)
            .maxParts(most)
            .build();
    return S3Calls.await(client.listParts(list)).result();
  }

  /**
   * Makes the parts an object, where they add up to it.
   *
   * @return whether the object is there
   */
  boolean complete() {
    Optional<String> upload = noted();
    try {
      if (upload.isEmpty() || !complete(upload.get())) {
        return isWhole();
      }
    } catch (ObjectNotFound ended) {
      // Another sender may have completed it, or an earlier attempt without hearing so.
      return isWhole();
    }
    removeNote();
    return true;
  }

  private boolean complete(String upload) throws ObjectNotFound {
    Map<Integer, Part> there = parts(upload);
    PartSizes sizes = new PartSizes(digest.size());
    List<Part> parts = new ArrayList<>();
    for (int number = 1; number <= sizes.count(); number++) {
      Part part = there.get(number);
      if (part == null || part.partSize() != sizes.length(number)) {
        return false;
      }
      parts.add(
          new Part(
              number, part.etag(), null, part.checksumCRC32C(), null, null, part.checksumSHA256()));
    }
    CompleteMultipartUploadArgs complete =
        CompleteMultipartUploadArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .parts(parts.toArray(Part[]::new))
            .build();
    S3Calls.call("putting " + key, () -> S3Calls.await(client.completeMultipartUpload(complete)));
    return true;
  }

  /** Takes back what was sent of an upload that has not ended, whatever its parts go by. */
  void abandon() {
    Optional<Note> upload = note();
    if (upload.isPresent()) {
      abort(upload.get().upload());
    }
    removeNote();
  }

  private void abort(String upload) {
    AbortMultipartUploadArgs abort =
        AbortMultipartUploadArgs.builder().bucket(bucket).object(key).uploadId(upload).build();
    try {
      S3Calls.call("leaving off " + key, () -> S3Calls.await(client.abortMultipartUpload(abort)));
    } catch (ObjectNotFound ended) {
      // Then there is nothing to take back.
    }
  }

  private void removeNote() {
    RemoveObjectArgs remove = RemoveObjectArgs.builder().bucket(bucket).object(note).build();
    S3Calls.callAnyway("ending to put " + key, () -> S3Calls.await(client.removeObject(remove)));
  }
}
