package modicum.directory.s3;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListPartsArgs;
import io.minio.MinioAsyncClient;
import io.minio.UploadPartArgs;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.ListPartsResult;
import io.minio.messages.Part;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import modicum.directory.Directory.ContentSource;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.directory.transfer.Retry;
import modicum.directory.transfer.Transfers;
import modicum.directory.transfer.VerifiedSource;
import modicum.protocol.content.Digest;

/**
 * Puts one large object in parts, several at the same time. What the service has taken stays there
 * when this is killed, and is found again by the object's key: it needs no journal of its own. The
 * object appears only when its source was read to the end and is what the digest says.
 *
 * <p>Memory is constant: a few parts.
 */
final class MultipartUpload {
  private static final long SMALLEST_PART = 8L << 20;
  private static final long MAXIMUM_PARTS = 10_000;

  private final MinioAsyncClient client;
  private final String bucket;
  private final String key;
  private final Digest digest;
  private final Retry retry;

  MultipartUpload(MinioAsyncClient client, String bucket, String key, Digest digest, Retry retry) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.digest = digest;
    this.retry = retry;
  }

  static boolean isWorthwhile(Digest digest) {
    return digest.size() > SMALLEST_PART;
  }

  void send(ContentSource content, TransferProgress progress) {
    String upload = retry.call(() -> found().orElseGet(this::create));
    Map<Integer, Part> there = retry.call(() -> partsOf(upload));
    try (VerifiedSource source = VerifiedSource.open(content, digest, TransferProgress.NONE)) {
      Part[] parts = sendParts(source, upload, there, progress);
      retry.call(() -> complete(upload, parts));
    }
  }

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
            transfers.begin(
                () -> {
                  Part sent =
                      known
                          .filter(p -> isOf(p, part))
                          .orElseGet(() -> retry.call(() -> send(upload, numbered, part)));
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

  /** A source that is not what it should be takes its parts with it. */
  private byte[] read(VerifiedSource source, int number, String upload) {
    int length = (int) Math.min(partSize(), digest.size() - (number - 1) * partSize());
    try {
      return source.readNBytes(length);
    } catch (IOException e) {
      abort(upload);
      source.throwIfItFailed();
      throw new AssertionError(e);
    }
  }

  private long partSize() {
    return Math.max(SMALLEST_PART, (digest.size() + MAXIMUM_PARTS - 1) / MAXIMUM_PARTS);
  }

  /** Of several unfinished uploads, from machines at the same time, the first is everyone's. */
  private Optional<String> found() {
    ListMultipartUploadsArgs list =
        ListMultipartUploadsArgs.builder().bucket(bucket).prefix(key).build();
    return S3Calls.callAnyway(
            "looking for parts of " + key,
            () -> S3Calls.await(client.listMultipartUploads(list)).result().uploads())
        .stream()
        .filter(u -> key.equals(u.objectName()))
        .map(ListMultipartUploadsResult.Upload::uploadId)
        .min(Comparator.naturalOrder());
  }

  private String create() {
    CreateMultipartUploadArgs create =
        CreateMultipartUploadArgs.builder().bucket(bucket).object(key).build();
    return S3Calls.callAnyway(
        "beginning to put " + key,
        () -> S3Calls.await(client.createMultipartUpload(create)).result().uploadId());
  }

  private Map<Integer, Part> partsOf(String upload) {
    Map<Integer, Part> parts = new HashMap<>();
    Integer after = null;
    do {
      Integer marker = after;
      ListPartsResult page =
          S3Calls.callAnyway("looking for parts of " + key, () -> listParts(upload, marker));
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

  private Part send(String upload, int number, byte[] part) {
    UploadPartArgs put =
        UploadPartArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .partNumber(number)
            .data(part, part.length)
            .build();
    return S3Calls.callAnyway(
        "putting part " + number + " of " + key,
        () -> S3Calls.await(client.uploadPart(put)).part());
  }

  private Void complete(String upload, Part[] parts) {
    CompleteMultipartUploadArgs complete =
        CompleteMultipartUploadArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .parts(parts)
            .build();
    S3Calls.callAnyway(
        "putting " + key, () -> S3Calls.await(client.completeMultipartUpload(complete)));
    return null;
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
