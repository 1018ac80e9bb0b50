package modicum.directory.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectCorrupt;
import modicum.directory.TestKeys;
import modicum.directory.TransferProgress;
import modicum.directory.transfer.Retry;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers over lines that break, from servers that fail, by processes that are killed. */
class TransferTroubleTest {
  private static final Address ALICE = TestKeys.of("alice").address();
  private static final int PART = 5 << 20;
  private static final int KILLS = 50;

  @TempDir static Path serverFolder;
  @TempDir static Path contentFolder;
  private static S3Fixture server;
  private static Path large;
  private static Digest digest;

  @TempDir Path folder;
  private final AtomicInteger retries = new AtomicInteger();
  private final Random random = new Random(5);
  private S3Line line;
  private S3ObjectStore store;
  private S3ObjectStore direct;

  @BeforeAll
  static void serve() throws IOException {
    server = new S3Fixture(serverFolder);
    large = contentFolder.resolve("large");
    byte[] bytes = new byte[5 * PART + 12345];
    new Random(1).nextBytes(bytes);
    Files.write(large, bytes);
    digest = Sha256.of(large);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void openLine() {
    line = new S3Line(server.settings());
    store = over(line, new Retry(3, Duration.ZERO, Duration.ZERO, d -> retries.incrementAndGet()));
    direct = new S3ObjectStore(server.settings(), Retry.NONE);
    direct.prepare();
    if (direct.size(ALICE, digest.sha256()).isPresent()) {
      server.lose(ALICE, digest.sha256());
    }
  }

  @AfterEach
  void closeLine() {
    store.close();
    direct.close();
    line.close();
  }

  private static S3ObjectStore over(S3Line line, Retry retry) {
    return new S3ObjectStore(line.settings(), retry);
  }

  private void put(S3ObjectStore over) {
    over.put(ALICE, digest, () -> Files.newInputStream(large), TransferProgress.NONE);
  }

  private Path fetch(S3ObjectStore over) throws Exception {
    Path target = folder.resolve("fetched");
    over.fetch(ALICE, digest, target, TransferProgress.NONE);
    return target;
  }

  @Test
  void goesOnAfterBrokenConnectionsWithoutBeingAsked() throws Exception {
    line.breakAfter(PART + random.nextInt(PART));
    put(store);
    line.breakAfter(PART + random.nextInt(PART));

    assertThat(Sha256.of(fetch(store))).isEqualTo(digest);
    assertThat(retries.get()).isPositive();
  }

  @Test
  void anUploadThatWasGivenUpGoesOnWithThePartsThatAreMissing() throws Exception {
    S3ObjectStore impatient = over(line, Retry.NONE);
    // Four are on their way at a time, so that the first has arrived by then.
    line.breakAfter(4 * PART + PART / 2);
    assertThatThrownBy(() -> put(impatient)).isInstanceOf(DirectoryUnavailable.class);
    assertThat(direct.size(ALICE, digest.sha256())).as("nothing half").isEmpty();
    impatient.close();
    long before = carriedInTheEnd();

    put(store);

    assertThat(direct.size(ALICE, digest.sha256())).hasValue(digest.size());
    assertThat(line.carried() - before).isLessThan(digest.size());
  }

  /** What was given up is still carried for a while. */
  private long carriedInTheEnd() throws InterruptedException {
    long carried = -1;
    while (carried != line.carried()) {
      carried = line.carried();
      Thread.sleep(300);
    }
    return carried;
  }

  @Test
  void aDownloadThatWasGivenUpGoesOnFromWhereItWas() throws Exception {
    put(direct);
    S3ObjectStore impatient = over(line, Retry.NONE);
    line.breakAfter(3 * PART);
    // A break in the middle of a range is gone on with; a line that stays down is given up.
    retryDownAfterBreak();
    assertThatThrownBy(() -> fetch(impatient)).isInstanceOf(DirectoryUnavailable.class);
    assertThat(folder.resolve("fetched")).doesNotExist();
    impatient.close();
    line.comeUp();
    long before = line.carried();

    assertThat(Sha256.of(fetch(store))).isEqualTo(digest);
    assertThat(line.carried() - before).isLessThan(digest.size());
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  private void retryDownAfterBreak() {
    Thread.ofVirtual()
        .start(
            () -> {
              while (line.carried() < 3 * PART) {
                Thread.onSpinWait();
                Thread.yield();
              }
              line.goDown();
            });
  }

  /** Half of the kills on the way up, half on the way down; each way has to end all the same. */
  @Test
  void killedAtFiftyRandomPointsATransferEndsWithTheRightBytes() throws Exception {
    Path content = folder.resolve("content");
    byte[] bytes = new byte[2 * PART + 12345];
    random.nextBytes(bytes);
    Files.write(content, bytes);
    Digest wanted = Sha256.of(content);
    Path fetched = folder.resolve("fetched");

    for (int kills = 0; kills < KILLS / 2; ) {
      kills += killed("put", content, fetched, wanted, KILLS / 2 - kills);
      direct.fetch(ALICE, wanted, fetched, TransferProgress.NONE);
      assertThat(Sha256.of(fetched)).isEqualTo(wanted);
      server.lose(ALICE, wanted.sha256());
      Files.delete(fetched);
    }
    direct.put(ALICE, wanted, () -> Files.newInputStream(content), TransferProgress.NONE);
    for (int kills = 0; kills < KILLS / 2; ) {
      kills += killed("fetch", content, fetched, wanted, KILLS / 2 - kills);
      assertThat(Sha256.of(fetched)).isEqualTo(wanted);
      Files.delete(fetched);
    }
  }

  /** Kills a process again and again until it gets through, or may live; says how often. */
  private int killed(String what, Path content, Path fetched, Digest wanted, int most)
      throws Exception {
    for (int kills = 0; ; kills++) {
      long killAt = kills < most ? 1 + random.nextLong(wanted.size()) : Long.MAX_VALUE;
      if (run(what, content, fetched, wanted, killAt)) {
        return kills;
      }
    }
  }

  /** Whether the process ended by itself. */
  private boolean run(String what, Path content, Path fetched, Digest wanted, long killAt)
      throws Exception {
    S3Settings s3 = server.settings();
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Doomed.class.getName(),
                what,
                s3.endpoint().toString(),
                s3.accessKey(),
                s3.secretKey(),
                s3.bucket(),
                content.toString(),
                fetched.toString(),
                wanted.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var lines = process.inputReader()) {
      for (String moved = lines.readLine(); moved != null; moved = lines.readLine()) {
        if (Long.parseLong(moved) >= killAt) {
          process.destroyForcibly();
        }
      }
    } catch (IOException killed) {
      // Its output ends with it.
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0;
  }

  /** A process that moves the object and says how far it is. */
  static final class Doomed {
    public static void main(String[] a) throws Exception {
      S3Settings s3 = new S3Settings(URI.create(a[1]), S3Settings.DEFAULT_REGION, a[2], a[3], a[4]);
      S3ObjectStore store = new S3ObjectStore(s3, Retry.DEFAULT);
      TransferProgress told = (moved, total) -> System.out.println(moved);
      Digest digest = Digest.parse(a[7]);
      if (a[0].equals("put")) {
        store.put(ALICE, digest, () -> Files.newInputStream(Path.of(a[5])), told);
      } else {
        store.fetch(ALICE, digest, Path.of(a[6]), told);
      }
      System.exit(0);
    }
  }

  @Test
  void aServerThatIsDownForAWhileIsWaitedFor() throws Exception {
    put(direct);
    line.goDown();
    S3ObjectStore patient =
        over(
            line,
            new Retry(
                60,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                pause -> {
                  if (retries.incrementAndGet() == 40) {
                    line.comeUp();
                  }
                }));

    assertThat(Sha256.of(fetch(patient))).isEqualTo(digest);
    patient.close();
  }

  @Test
  void aServerThatStaysDownIsUnavailableAndNotAtFault() {
    line.goDown();
    assertThatThrownBy(() -> put(store)).isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(() -> fetch(store)).isInstanceOf(DirectoryUnavailable.class);
    assertThat(retries).hasValue(4);
  }

  @Test
  void aServerAtOneKibibyteASecondIsSlowAndNotDown() throws Exception {
    byte[] small = "slow\n".repeat(400).getBytes(StandardCharsets.UTF_8);
    Digest content = Sha256.of(small);
    line.slowTo(1024);
    store.put(ALICE, content, () -> new java.io.ByteArrayInputStream(small), TransferProgress.NONE);
    store.fetch(ALICE, content, folder.resolve("small"), TransferProgress.NONE);

    assertThat(folder.resolve("small")).hasBinaryContent(small);
    assertThat(retries).hasValue(0);
  }

  @Test
  void aFullDiskIsThisMachinesTroubleAndWhatCameIsKept() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    assumeTrue(
        mount("-t", "tmpfs", "-o", "size=14m", "tmpfs", disk.toString()),
        "skipped: this user may not mount a small disk");
    try {
      put(direct);
      Path target = disk.resolve("fetched");
      assertThatThrownBy(() -> store.fetch(ALICE, digest, target, TransferProgress.NONE))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(disk.toString());
      assertThat(target).doesNotExist();
      mount("-o", "remount,size=100m", disk.toString());
      long before = line.carried();

      store.fetch(ALICE, digest, target, TransferProgress.NONE);

      assertThat(Sha256.of(target)).isEqualTo(digest);
      assertThat(line.carried() - before).isLessThan(digest.size() - PART);
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  @Test
  void aServerWhoseDiskIsFullAnswersAndDoesNotStore() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("server-disk"));
    assumeTrue(
        mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()),
        "skipped: this user may not mount a small disk");
    try (S3Fixture small = new S3Fixture(disk);
        S3ObjectStore there = new S3ObjectStore(small.settings(), Retry.NONE)) {
      there.prepare();
      assertThat(there.isStoring()).isTrue();
      fill(disk.resolve("full"));

      assertThat(there.isAvailable()).isTrue();
      assertThat(there.isStoring()).isFalse();

      Files.delete(disk.resolve("full"));
      assertThat(there.isStoring()).isTrue();
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  private static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 4096; i++) {
        out.write(new byte[4096]);
      }
      throw new AssertionError("the disk is larger than it should be");
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("space");
    }
  }

  private static boolean mount(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "mount";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  @Test
  void aServersTroublesAreToldFromEachOther() throws Exception {
    assertSaid("RequestTimeTooSkewed", 403, "clock");
    assertSaid("XMinioStorageFull", 507, "full");
    assertSaid("SlowDown", 503, "SlowDown");
  }

  private void assertSaid(String code, int status, String words) throws IOException {
    HttpServer says =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    says.createContext(
        "/",
        exchange -> {
          byte[] answer =
              "<Error><Code>%s</Code><Message>no</Message></Error>"
                  .formatted(code)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/xml");
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    says.start();
    S3Settings settings =
        new S3Settings(
            URI.create("http://127.0.0.1:" + says.getAddress().getPort()),
            S3Settings.DEFAULT_REGION,
            "key",
            "secret",
            "bucket");
    try (S3ObjectStore refused = new S3ObjectStore(settings, Retry.NONE)) {
      assertThatThrownBy(() -> refused.read(ALICE, digest.sha256(), 100))
          .isInstanceOf(DirectoryUnavailable.class)
          .hasMessageContaining(words);
    } finally {
      says.stop(0);
    }
  }

  @Test
  void aSpoiltPartialFileIsFetchedAgainAndNotBlamedOnTheServer() throws Exception {
    put(direct);
    Files.write(
        folder.resolve(".incoming-" + digest.sha256().toHex() + ".partial"), new byte[PART]);

    assertThat(Sha256.of(fetch(store))).isEqualTo(digest);
  }

  @Test
  void aLargeObjectThatIsSpoiltOrCutIsNoticedAndNamed() throws Exception {
    put(direct);
    server.spoil(ALICE, digest.sha256());
    assertThatThrownBy(() -> fetch(store))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining(digest.sha256().toHex());
    server.truncate(ALICE, digest.sha256());
    assertThatThrownBy(() -> fetch(store))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining(digest.sha256().toHex());
    assertThat(folder).isEmptyDirectory();
  }
}
