package modicum.marketplace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.s3.PlainTransfer;
import modicum.directory.s3.S3Directory;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.s3.S3Settings;
import modicum.directory.transfer.Retry;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;

/** One transfer in a process of its own, whose heap is bounded: its time, and its peak of heap. */
public final class MoveProcess {
  static final Address DIRECTORY = Address.fromHex("0x00000000000000000000000000000000000000d1");
  static final Address PARTY = Address.fromHex("0x00000000000000000000000000000000000000a1");
  private static final String HEAP = "128m";
  private static final String MEASURED = "measured ";

  private MoveProcess() {}

  /** What is moved, and by what. */
  enum Move {
    PLAIN_UPLOAD,
    PLAIN_DOWNLOAD,
    UPLOAD,
    DOWNLOAD
  }

  /**
   * One object to move.
   *
   * @param key of the object in the server, or digest of the folder's manifest
   * @param path of the file or folder to read or write
   */
  record Load(String key, Path path) {}

  /**
   * @param heap peak, bytes
   */
  record Measured(double seconds, long heap) {}

  /**
   * @param warmUp moved first and not measured: an agent loads and compiles its code once, not for
   *     each job
   */
  static Measured run(Move move, S3Settings s3, Load warmUp, Load load) {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx" + HEAP,
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            MoveProcess.class.getName(),
            move.name(),
            warmUp.key(),
            warmUp.path().toString(),
            load.key(),
            load.path().toString());
    Map<String, String> environment = builder.environment();
    environment.put("MOVE_ENDPOINT", s3.endpoint().toString());
    environment.put("MOVE_KEY", s3.accessKey());
    environment.put("MOVE_SECRET", s3.secretKey());
    environment.put("MOVE_BUCKET", s3.bucket());
    try {
      Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (Stream<String> lines = process.inputReader().lines()) {
        String[] measured =
            lines
                .filter(line -> line.startsWith(MEASURED))
                .findFirst()
                .map(line -> line.substring(MEASURED.length()).split(" "))
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "the measured process of " + move + " failed; see above"));
        return new Measured(Double.parseDouble(measured[0]), Long.parseLong(measured[1]));
      } finally {
        // Idle connections would keep it for a minute.
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process to measure", e);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    S3Settings s3 =
        new S3Settings(
            URI.create(environment.get("MOVE_ENDPOINT")),
            S3Settings.DEFAULT_REGION,
            environment.get("MOVE_KEY"),
            environment.get("MOVE_SECRET"),
            environment.get("MOVE_BUCKET"));
    Move move = Move.valueOf(arguments[0]);
    move(move, s3, arguments[1], Path.of(arguments[2]));
    long start = System.nanoTime();
    move(move, s3, arguments[3], Path.of(arguments[4]));
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.println(MEASURED + seconds + " " + peakHeap());
  }

  private static void move(Move move, S3Settings s3, String key, Path path) throws Exception {
    switch (move) {
      case PLAIN_UPLOAD -> {
        try (PlainTransfer plain = new PlainTransfer(s3)) {
          plain.upload(key, path);
        }
      }
      case PLAIN_DOWNLOAD -> {
        try (PlainTransfer plain = new PlainTransfer(s3)) {
          plain.download(key, path);
        }
      }
      case UPLOAD -> {
        try (S3ObjectStore store = new S3ObjectStore(s3, Retry.DEFAULT)) {
          ours(store).put(path, TransferProgress.NONE);
        }
      }
      case DOWNLOAD -> {
        try (S3ObjectStore store = new S3ObjectStore(s3, Retry.DEFAULT)) {
          ours(store).fetch(PARTY, Digest.parse(key), path, Long.MAX_VALUE, TransferProgress.NONE);
        }
      }
    }
  }

  private static FolderTransfer ours(S3ObjectStore store) {
    return new FolderTransfer(new S3Directory(store, DIRECTORY, PARTY));
  }

  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }
}
