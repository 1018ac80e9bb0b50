package modicum.directory.s3;

import io.minio.DownloadObjectArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.UploadObjectArgs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The client library as it comes, without hashes, parts at the same time, or resuming: what our own
 * transfers are measured against.
 */
public final class PlainTransfer implements AutoCloseable {
  private final S3Settings settings;
  private final MinioClient client;

  public PlainTransfer(S3Settings settings) {
    this.settings = settings;
    this.client =
        MinioClient.builder()
            .endpoint(settings.endpoint().toString())
            .region(settings.region())
            .credentials(settings.accessKey(), settings.secretKey())
            .build();
  }

  public void upload(String key, Path file) {
    S3Calls.callAnyway(
        "putting " + key,
        () ->
            client.uploadObject(
                UploadObjectArgs.builder()
                    .bucket(settings.bucket())
                    .object(key)
                    .filename(file.toString())
                    .build()));
  }

  public void download(String key, Path file) {
    S3Calls.callAnyway(
        "getting " + key,
        () -> {
          client.downloadObject(
              DownloadObjectArgs.builder()
                  .bucket(settings.bucket())
                  .object(key)
                  .filename(file.toString())
                  .overwrite(true)
                  .build());
          return null;
        });
  }

  public void remove(String key) {
    S3Calls.callAnyway(
        "removing " + key,
        () -> {
          client.removeObject(
              RemoveObjectArgs.builder().bucket(settings.bucket()).object(key).build());
          return null;
        });
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
