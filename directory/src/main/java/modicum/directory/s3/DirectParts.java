package modicum.directory.s3;

import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.UploadPartArgs;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;
import modicum.directory.transfer.StoredPart;
import modicum.directory.transfer.UploadParts;

/** Parts that go straight to a bucket to which we hold the keys. */
final class DirectParts implements UploadParts {
  private final MinioAsyncClient client;
  private final String bucket;
  private final String key;
  private final MultipartUpload state;
  private volatile String upload;

  /**
   * @param state of an upload whose parts go by their CRC32C
   */
  DirectParts(MinioAsyncClient client, String bucket, String key, MultipartUpload state) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.state = state;
  }

  @Override
  public Optional<Map<Integer, StoredPart>> begin() {
    if (state.isWhole()) {
      return Optional.empty();
    }
    upload = state.begin();
    Map<Integer, StoredPart> there = new HashMap<>();
    try {
      state.parts(upload).forEach((n, p) -> there.put(n, new StoredPart(p.partSize(), p.etag())));
    } catch (ObjectNotFound ended) {
      throw new DirectoryUnavailable(ended.getMessage(), ended);
    }
    return Optional.of(there);
  }

  /**
   * The service checks the part against its checksum, which finds what a line does to it. What an
   * attacker could do is found by whoever reads the object, so no slow hash is taken twice.
   */
  @Override
  public void send(int number, byte[] part) throws ObjectNotFound {
    UploadPartArgs put =
        UploadPartArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(upload)
            .partNumber(number)
            .data(part, part.length)
            .headers(
                new Http.Headers(
                    "x-amz-checksum-crc32c",
                    checksum(part),
                    "X-Amz-Content-Sha256",
                    "UNSIGNED-PAYLOAD"))
            .build();
    S3Calls.call(
        "putting part " + number + " of " + key, () -> S3Calls.await(client.uploadPart(put)));
  }

  private static String checksum(byte[] part) {
    CRC32C crc = new CRC32C();
    crc.update(part);
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  @Override
  public boolean complete() {
    return state.complete();
  }

  @Override
  public void abandon() {
    state.abandon();
  }
}
