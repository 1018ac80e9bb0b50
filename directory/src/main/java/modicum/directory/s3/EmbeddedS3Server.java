package modicum.directory.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import modicum.directory.DirectoryUnavailable;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 service in this process, over a folder: for a directory that has no S3 service of its own.
 * Data and the generated key survive restarts in the state folder.
 *
 * <p>The log level of {@code org.gaul} should be WARN: at DEBUG it logs every request at length.
 */
public final class EmbeddedS3Server implements AutoCloseable {
  private static final String BUCKET = "modicum";
  private static final String KEY_FILE = "s3-key";
  private static final String DATA_FOLDER = "s3-data";

  private final S3Proxy server;
  private final S3Settings settings;

  private EmbeddedS3Server(S3Proxy server, S3Settings settings) {
    this.server = server;
    this.settings = settings;
  }

  /**
   * Starts on the loopback interface, on a free port.
   *
   * @param stateFolder created where it does not exist
   */
  public static EmbeddedS3Server start(Path stateFolder) {
    return start(stateFolder, "127.0.0.1", 0);
  }

  /**
   * @param host the interface to listen on, which must be how clients reach it, too
   * @param port 0 for a free one
   */
  public static EmbeddedS3Server start(Path stateFolder, String host, int port) {
    List<String> key = keyIn(stateFolder);
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(dataFolder(stateFolder).toString()))
            .endpoint(URI.create("http://" + host + ":" + port))
            .awsAuthentication(AuthenticationType.AWS_V4, key.get(0), key.get(1))
            .build();
    startOrExplain(server, host, port);
    URI endpoint = URI.create("http://" + host + ":" + server.getPort());
    return new EmbeddedS3Server(
        server,
        new S3Settings(endpoint, S3Settings.DEFAULT_REGION, key.get(0), key.get(1), BUCKET));
  }

  private static void startOrExplain(S3Proxy server, String host, int port) {
    try {
      server.start();
    } catch (Exception e) {
      throw new DirectoryUnavailable(
          "cannot start S3 on " + host + ":" + port + "; is another one running there?", e);
    }
  }

  /** How to enter. */
  public S3Settings settings() {
    return settings;
  }

  /** Stops serving; the data stays. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop the embedded S3 server", e);
    }
  }

  private static Path dataFolder(Path stateFolder) {
    try {
      return Files.createDirectories(stateFolder.resolve(DATA_FOLDER)).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + stateFolder.resolve(DATA_FOLDER), e);
    }
  }

  private static List<String> keyIn(Path stateFolder) {
    Path file = stateFolder.resolve(KEY_FILE);
    try {
      Files.createDirectories(stateFolder);
      if (!Files.exists(file)) {
        writeKey(file);
      }
      List<String> key = Files.readAllLines(file);
      if (key.size() != 2) {
        throw new IllegalStateException(file + " is damaged; delete it to get a new key");
      }
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or write " + file, e);
    }
  }

  private static void writeKey(Path file) throws IOException {
    Path partial = Files.createTempFile(file.getParent(), ".key-", ".partial");
    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
    Files.write(partial, List.of(random(10), random(30)), StandardOpenOption.WRITE);
    Files.move(partial, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
