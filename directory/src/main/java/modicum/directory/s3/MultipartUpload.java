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
import io.minio.UploadPartArgs;
import io.minio.messages.ListPartsResult;
import io.minio.messages.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import modicum.directory.Directory.ContentSource;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.transfer.Retry;
import modicum.directory.transfer.Transfers;
import modicum.directory.transfer.VerifiedSource;
import modicum.protocol.content.Digest;

/**
 * Puts one large object in parts, several at the same time. What the service has taken stays there
 * when this is killed, and a small object beside says which upload it belongs to (to list them is
 * not understood between all services and this library), so nothing is kept on this machine. The
 * object appears only when its source was read to the end and is what the digest says.
 *
 * <p>Memory is constant: a few parts.
 */
final class MultipartUpload {
  private static final long SMALLEST_PART = 5L << 20;
  private static final long MAXIMUM_PARTS = 10_000;
  private static final int LONGEST_NOTE = 1024;

  private final MinioAsyncClient client;
  private final String bucket;
  private final String key;
  private final String note;
  private final Digest digest;
  private final Retry retry;

  /**
   * @param note key of the object that says which upload is going on
   */
  MultipartUpload(
      MinioAsyncClient client, String bucket, String key, String note, Digest digest, Retry retry) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.note = note;
    this.digest = digest;
    this.retry = retry;
  }

  static boolean isWorthwhile(Digest digest) {
    return digest.size() > SMALLEST_PART;
  }

  void send(ContentSource content, TransferProgress progress) {
    Begun begun = retry.call(() -> found().orElseGet(this::create));
    try (VerifiedSource source = VerifiedSource.open(content, digest, TransferProgress.NONE)) {
      Part[] parts = sendParts(source, begun.upload(), begun.parts(), progress);
      retry.call(() -> complete(begun.upload(), parts));
    }
    retry.call(this::removeNote);
  }

  /** Takes back what was sent of an upload that has not ended. */
  void abandon() {
    found().ifPresent(begun -> abort(begun.upload()));
    removeNote();
  }

  /** An upload that has not ended. */
  private record Begun(String upload, Map<Integer, Part> parts) {}

  private Part[] sendParts(
      VerifiedSource source, String upload, Map<Integer, Part> there, TransferProgress progress) {
    Counted counted = new Counted(progress, digest.size());
    List<Future<Part>> sending = new ArrayList<>();
    try (Transfers transfers = new Transfers()) {
      for (int number = 1; (number - 1) * partSize() < digest.size(); number++) {
        transfers.throwIfOneFailed();
        byte[] part = read(source, number, upload);
        int numbered = number;
        Optional<Part> known = Optional.ofNullable(there.get(number));
        sending.add(
            transfers.add(
                () -> {
                  Part sent = sendUnlessThere(upload, numbered, part, known);
                  counted.add(part.length);
                  return sent;
                }));
      }
      transfers.finish();
      Part[] parts = new Part[sending.size()];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = Transfers.resultOf(sending.get(i));
      }
      return parts;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }

  private Part sendUnlessThere(String upload, int number, byte[] part, Optional<Part> known) {
    String checksum = checksum(part);
    String tag =
        known
            .filter(there -> isOf(there, part))
            .map(Part::etag)
            .orElseGet(() -> retry.call(() -> send(upload, number, part, checksum)));
    return new Part(number, tag, null, checksum, null, null, null);
  }

  /** A source that is not what it should be takes its parts with it. */
  private byte[] read(VerifiedSource source, int number, String upload) {
    int length = (int) Math.min(partSize(), digest.size() - (number - 1) * partSize());
    byte[] part = new byte[length];
    try {
      source.readNBytes(part, 0, length);
      return part;
    } catch (IOException e) {
      abort(upload);
      source.throwIfItFailed();
      throw new AssertionError(e);
    }
  }

  private long partSize() {
    return Math.max(SMALLEST_PART, (digest.size() + MAXIMUM_PARTS - 1) / MAXIMUM_PARTS);
  }

  /** What an earlier attempt noted, unless the service has swept it up since. */
  private Optional<Begun> found() {
    GetObjectArgs get = GetObjectArgs.builder().bucket(bucket).object(note).build();
    try {
      String upload =
          S3Calls.call(
              "looking for parts of " + key,
              () -> {
                try (GetObjectResponse content = S3Calls.await(client.getObject(get))) {
                  return new String(content.readNBytes(LONGEST_NOTE), StandardCharsets.US_ASCII);
                }
              });
      return Optional.of(new Begun(upload, partsOf(upload)));
    } catch (ObjectNotFound none) {
      return Optional.empty();
    }
  }

  private Begun create() {
    CreateMultipartUploadArgs create =
        CreateMultipartUploadArgs.builder()
            .bucket(bucket)
            .object(key)
            .headers(new Http.Headers("x-amz-checksum-algorithm", "CRC32C"))
            .build();
    String upload =
        S3Calls.callAnyway(
            "beginning to put " + key,
            () -> S3Calls.await(client.createMultipartUpload(create)).result().uploadId());
    byte[] text = upload.getBytes(StandardCharsets.US_ASCII);
    PutObjectArgs put =
        PutObjectArgs.builder().bucket(bucket).object(note).data(text, text.length).build();
    S3Calls.callAnyway("beginning to put " + key, () -> S3Calls.await(client.putObject(put)));
    return new Begun(upload, Map.of());
  }

  private Void removeNote() {
    RemoveObjectArgs remove = RemoveObjectArgs.builder().bucket(bucket).object(note).build();
    S3Calls.callAnyway("ending to put " + key, () -> S3Calls.await(client.removeObject(remove)));
    return null;
  }

  private Map<Integer, Part> partsOf(String upload) throws ObjectNotFound {
    Map<Integer, Part> parts = new HashMap<>();
    Integer after = null;
    do {
      Integer marker = after;
      ListPartsResult page =
          S3Calls.call("looking for parts of " + key, () -> listParts(upload, marker));
      page.parts().forEach(p -> parts.put(p.partNumber(), p));
      after = page.isTruncated() ? page.nextPartNumberMarker() : null;
    } while (after != null);
    return parts;
  }

  private ListPartsResult listParts(String upload, Integer after)
      throws io.minio.errors.MinioException, IOException {
    ListPartsArgs list =
        ListPartsArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .partNumberMarker(after)
            .build();
    return S3Calls.await(client.listParts(list)).result();
  }

  /**
   * The service checks the part against its checksum, which finds what a line does to it. What an
   * attacker could do is found by whoever reads the object, so no slow hash is taken twice.
   */
  private String send(String upload, int number, byte[] part, String checksum) {
    UploadPartArgs put =
        UploadPartArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .partNumber(number)
            .data(part, part.length)
            .headers(
                new Http.Headers(
                    "x-amz-checksum-crc32c", checksum, "X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"))
            .build();
    return S3Calls.callAnyway(
        "putting part " + number + " of " + key,
        () -> S3Calls.await(client.uploadPart(put)).part().etag());
  }

  private Void complete(String upload, Part[] parts) {
    CompleteMultipartUploadArgs complete =
        CompleteMultipartUploadArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .parts(parts)
            .build();
    try {
      S3Calls.call("putting " + key, () -> S3Calls.await(client.completeMultipartUpload(complete)));
    } catch (ObjectNotFound completed) {
      // An earlier attempt may have come through without its answer.
      requireThere(completed);
    }
    return null;
  }

  private void requireThere(ObjectNotFound trouble) {
    StatObjectArgs stat = StatObjectArgs.builder().bucket(bucket).object(key).build();
    long size =
        S3Calls.callAnyway(
            "looking at " + key, () -> S3Calls.await(client.statObject(stat)).size());
    if (size != digest.size()) {
      throw new DirectoryUnavailable(trouble.getMessage(), trouble);
    }
  }

  private void abort(String upload) {
    AbortMultipartUploadArgs abort =
        AbortMultipartUploadArgs.builder().bucket(bucket).object(key).uploadId(upload).build();
    try {
      S3Calls.callAnyway(
          "leaving off " + key, () -> S3Calls.await(client.abortMultipartUpload(abort)));
    } catch (DirectoryUnavailable leftOver) {
      // Parts that are never completed are swept up by the service; they are no object.
    }
  }

  private static String checksum(byte[] part) {
    CRC32C crc = new CRC32C();
    crc.update(part);
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  /** An entity tag of a part is its MD5; one that is not is sent again, which does no harm. */
  private static boolean isOf(Part known, byte[] part) {
    if (known.partSize() != part.length || known.etag() == null) {
      return false;
    }
    byte[] md5 = md5().digest(part);
    return Arrays.equals(md5, hex(known.etag().replace("\"", "")));
  }

  private static byte[] hex(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException other) {
      return new byte[0];
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has MD5", impossible);
    }
  }

  /** Parts end in any order. */
  private static final class Counted {
    private final TransferProgress progress;
    private final long total;
    private long moved;

    Counted(TransferProgress progress, long total) {
      this.progress = progress;
      this.total = total;
    }

    synchronized void add(long bytes) {
      moved += bytes;
      progress.moved(moved, total);
    }
  }
}
