package modicum.directory.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** A real MinIO server, and what can happen to what it stores. */
public final class MinioWorld implements S3World {
  private final MinioServer server;
  private final S3Settings settings;
  private final MinioClient client;

  public MinioWorld(Path folder) {
    this.server = MinioServer.start(program().orElseThrow(), folder);
    this.settings = server.settings();
    this.client =
        MinioClient.builder()
            .endpoint(settings.endpoint().toString())
            .credentials(settings.accessKey(), settings.secretKey())
            .build();
  }

  /** Skips a suite where there is no server to run it on. */
  public static void require() {
    assumeTrue(
        program().isPresent(),
        "skipped: no minio program; `./modicum test` sets one up where Go is, or set MODICUM_MINIO");
  }

  private static Optional<Path> program() {
    return MinioServer.program(Path.of(".."));
  }

  @Override
  public S3Settings settings() {
    return settings;
  }

  @Override
  public void lose(Address owner, Bytes32 sha256) {
    String key = S3ObjectStore.objectKey(owner, sha256);
    try {
      client.removeObject(RemoveObjectArgs.builder().bucket(settings.bucket()).object(key).build());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void change(Address owner, Bytes32 sha256, UnaryOperator<byte[]> change) {
    String key = S3ObjectStore.objectKey(owner, sha256);
    GetObjectArgs get = GetObjectArgs.builder().bucket(settings.bucket()).object(key).build();
    try (var content = client.getObject(get)) {
      byte[] changed = change.apply(content.readAllBytes());
      client.putObject(
          PutObjectArgs.builder()
              .bucket(settings.bucket())
              .object(key)
              .data(changed, changed.length)
              .build());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception nothingLeftToLose) {
      // Only idle connections are given back here.
    }
    server.close();
  }
}
