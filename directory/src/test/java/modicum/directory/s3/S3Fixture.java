package modicum.directory.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/** An embedded S3 server, and what can happen to its disk. */
public final class S3Fixture implements S3World {
  private final Path folder;
  private final EmbeddedS3Server server;

  public S3Fixture(Path folder) {
    this.folder = folder;
    this.server = EmbeddedS3Server.start(folder);
  }

  @Override
  public S3Settings settings() {
    return server.settings();
  }

  @Override
  public void spoil(Address owner, Bytes32 sha256) {
    change(
        owner,
        sha256,
        bytes -> {
          bytes[0] ^= 1;
          return bytes;
        });
  }

  @Override
  public void truncate(Address owner, Bytes32 sha256) {
    change(owner, sha256, bytes -> Arrays.copyOf(bytes, bytes.length / 2));
  }

  @Override
  public void lose(Address owner, Bytes32 sha256) {
    try {
      Files.delete(fileOf(owner, sha256));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void change(
      Address owner, Bytes32 sha256, java.util.function.UnaryOperator<byte[]> change) {
    Path file = fileOf(owner, sha256);
    try {
      Files.write(file, change.apply(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path fileOf(Address owner, Bytes32 sha256) {
    return folder.resolve("s3-data/modicum").resolve(S3ObjectStore.objectKey(owner, sha256));
  }

  @Override
  public void close() {
    server.close();
  }
}
