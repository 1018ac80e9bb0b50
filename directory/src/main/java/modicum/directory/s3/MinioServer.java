package modicum.directory.s3;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import modicum.directory.DirectoryUnavailable;

/**
 * A MinIO server as a process of its own, for who wants a real S3 service on this machine: it is
 * stopped when this is closed, and its data stays in its folder.
 */
public final class MinioServer implements AutoCloseable {
  private static final String KEY = "modicum";

  private final Process process;
  private final S3Settings settings;

  private MinioServer(Process process, S3Settings settings) {
    this.process = process;
    this.settings = settings;
  }

  /**
   * The server's program: named by MODICUM_MINIO, set up by the launcher, or on the path.
   *
   * @param home folder of this project
   */
  public static Optional<Path> program(Path home) {
    String named = System.getenv("MODICUM_MINIO");
    Stream<Path> setUp = Stream.of(home.resolve(".modicum/bin/minio"));
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "minio"));
    return Stream.concat(Stream.ofNullable(named).map(Path::of), Stream.concat(setUp, onPath))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts on the loopback interface, on a free port, with a key made for this start.
   *
   * @param folder for data and log
   */
  public static MinioServer start(Path program, Path folder) {
    try {
      String secret = secret();
      int port = freePort();
      ProcessBuilder builder =
          new ProcessBuilder(
                  program.toAbsolutePath().toString(),
                  "server",
                  "--quiet",
                  "--address",
                  "127.0.0.1:" + port,
                  "--console-address",
                  "127.0.0.1:" + freePort(),
                  Files.createDirectories(folder.resolve("data")).toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("minio.log").toFile());
      builder.environment().put("MINIO_ROOT_USER", KEY);
      builder.environment().put("MINIO_ROOT_PASSWORD", secret);
      builder.environment().put("MINIO_BROWSER", "off");
      builder.environment().put("MINIO_UPDATE", "off");
      Process process = builder.start();
      URI endpoint = URI.create("http://127.0.0.1:" + port);
      awaitReady(process, endpoint);
      return new MinioServer(
          process, new S3Settings(endpoint, S3Settings.DEFAULT_REGION, KEY, secret, "modicum"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + program, e);
    }
  }

  private static String secret() {
    byte[] random = new byte[20];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(Process process, URI endpoint) {
    URI ready = endpoint.resolve("/minio/health/ready");
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (int i = 0; i < 600 && process.isAlive(); i++) {
        if (isReady(http, ready)) {
          return;
        }
        Thread.sleep(100);
      }
      process.destroyForcibly();
      throw new DirectoryUnavailable("the MinIO server did not start; look at its log", null);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DirectoryUnavailable("interrupted while the MinIO server started", e);
    }
  }

  private static boolean isReady(HttpClient http, URI ready) throws InterruptedException {
    try {
      return http.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** How to enter. */
  public S3Settings settings() {
    return settings;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
