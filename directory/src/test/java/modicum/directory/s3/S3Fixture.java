package modicum.directory.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
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
  public void lose(Address owner, Bytes32 sha256) {
    try {
      Files.delete(fileOf(owner, sha256));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void change(Address owner, Bytes32 sha256, UnaryOperator<byte[]> change) {
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
