package modicum.directory.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ScriptedRegister;
import modicum.directory.TestKeys;
import modicum.directory.TestLogs;
import modicum.directory.TransferProgress;
import modicum.directory.access.AccessRules;
import modicum.directory.client.HostedDirectory;
import modicum.directory.retention.Retention;
import modicum.directory.s3.S3Line;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.s3.S3World;
import modicum.directory.transfer.Retry;
import modicum.directory.wire.Checksum;
import modicum.directory.wire.Messages.PartGrant;
import modicum.directory.wire.Messages.PartRequest;
import modicum.directory.wire.Messages.UploadEnd;
import modicum.directory.wire.Messages.UploadRequest;
import modicum.directory.wire.RequestSignature;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Large objects on their way to a hosted directory's storage, whichever server that is. */
abstract class HostedUploadContract {
  private static final Signer DIRECTORY = TestKeys.of("directory");
  private static final LongSupplier CLOCK = DirectoryServiceConfig.SYSTEM_CLOCK;
  private static final Duration GRANT_LIFETIME = Duration.ofSeconds(3);
  private static final int PART = 5 << 20;
  private static final int KILLS = 6;
  private static final int HUNG_UP = 0;
  private static final AtomicLong TESTS = new AtomicLong();
  private static final ScriptedRegister REGISTER = new ScriptedRegister();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path state;
  private static S3World s3;
  private static S3Line line;
  private static S3ObjectStore store;
  private static DirectoryService service;
  private static HttpClient http;

  @TempDir Path folder;
  private final String name = "sender " + TESTS.incrementAndGet();
  private final Signer alice = TestKeys.of(name);
  private final Random random = new Random(7);
  private final List<HostedDirectory> clients = new ArrayList<>();
  private final byte[] content = new byte[5 * PART + 12345];
  private Digest digest;

  protected abstract S3World server(Path folder);

  @BeforeEach
  void start() {
    random.nextBytes(content);
    digest = Sha256.of(content);
    REGISTER.register(alice.address());
    if (service != null) {
      return;
    }
    TestLogs.quieten();
    s3 = server(state);
    line = new S3Line(s3.settings());
    store = new S3ObjectStore(s3.settings(), Retry.NONE);
    service =
        DirectoryService.start(
            new DirectoryServiceConfig(
                "127.0.0.1",
                0,
                DIRECTORY,
                TestKeys.RECOVERY,
                REGISTER,
                line.publicSettings(),
                state,
                CLOCK,
                new DirectoryServiceConfig.Limits(
                    AccessRules.DEFAULT_GRACE,
                    1L << 40,
                    GRANT_LIFETIME,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(120),
                    1L << 41,
                    Retention.DEFAULT,
                    Duration.ofHours(1))));
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void closeClients() {
    clients.forEach(HostedDirectory::close);
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      http.close();
      service.close();
      store.close();
      line.close();
      s3.close();
      service = null;
    }
  }

  private HostedDirectory client(Retry retry) {
    HostedDirectory client = connect(service.endpoint(), alice, retry);
    clients.add(client);
    return client;
  }

  private static HostedDirectory connect(URI endpoint, Signer party, Retry retry) {
    return new HostedDirectory(
        new HostedDirectory.Connection(endpoint, DIRECTORY.address(), party, TestKeys.RECOVERY),
        retry,
        CLOCK);
  }

  private HostedDirectory client() {
    return client(
        new Retry(4, Duration.ofMillis(10), Duration.ofMillis(50), Retry.DEFAULT.pause()));
  }

  private void put(HostedDirectory client) {
    client.put(digest, () -> new ByteArrayInputStream(content), TransferProgress.NONE);
  }

  private void assertStored() throws Exception {
    Path target = folder.resolve("stored");
    store.fetch(alice.address(), digest, target, TransferProgress.NONE);
    assertThat(Sha256.of(target)).isEqualTo(digest);
    assertThat(store.uploads().parts(alice.address(), digest, 0)).as("nothing left").isEmpty();
  }

  private boolean isStored() {
    return store.size(alice.address(), digest.sha256()).isPresent();
  }

  // ------------------------------------------------------------- requests that no client sends

  private <T> HttpResponse<String> ask(Signer party, String target, T message) throws Exception {
    byte[] body = JSON.writeValueAsBytes(message);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service.endpoint() + target))
            .POST(BodyPublishers.ofByteArray(body));
    RequestSignature.sign(
            new RequestSignature.Content(DIRECTORY.address(), "POST", target, body),
            party,
            CLOCK.getAsLong())
        .toHeaders()
        .forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private UploadRequest upload() {
    return new UploadRequest(digest.toString());
  }

  private byte[] part(int number) {
    int from = (number - 1) * PART;
    return Arrays.copyOfRange(content, from, Math.min(content.length, from + PART));
  }

  private URI urlOf(int number) throws Exception {
    HttpResponse<String> answer = ask(alice, "/v1/uploads/parts", partRequest(number));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return URI.create(JSON.readValue(answer.body(), PartGrant.class).url());
  }

  private PartRequest partRequest(int number) {
    return new PartRequest(digest.toString(), number, Sha256.of(part(number)).sha256().toHex());
  }

  /** The status; a server may also hang up on a body that it does not want to read. */
  private static int send(URI url, byte[] bytes, byte[] hashed) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header(Checksum.HEADER, Checksum.value(Sha256.of(hashed).sha256()))
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException hungUp) {
      return HUNG_UP;
    }
  }

  private boolean complete(Signer party) throws Exception {
    HttpResponse<String> answer = ask(party, "/v1/uploads/complete", upload());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readValue(answer.body(), UploadEnd.class).complete();
  }

  private void begin() throws Exception {
    assertThat(ask(alice, "/v1/uploads", upload()).statusCode()).isEqualTo(200);
  }

  // ------------------------------------------------------------- stories

  @Test
  void aLargeObjectGoesInPartsAndTellsHowFarItIs() throws Exception {
    List<Long> told = new ArrayList<>();
    client()
        .put(digest, () -> new ByteArrayInputStream(content), (moved, total) -> told.add(moved));

    assertStored();
    assertThat(told).isSorted().hasSizeGreaterThan(4).endsWith((long) content.length);
  }

  @Test
  void anUploadThatBrokeOffGoesOnWithThePartsThatAreMissing() throws Exception {
    // Four are on their way at a time, so that the first has arrived by then.
    line.breakAfter(4 * PART + PART / 2);
    HostedDirectory impatient = client(Retry.NONE);
    assertThatThrownBy(() -> put(impatient)).isInstanceOf(DirectoryUnavailable.class);
    assertThat(isStored()).as("nothing half").isFalse();
    long before = carriedInTheEnd();

    put(client());

    assertStored();
    assertThat(line.carried() - before).isLessThan(digest.size());
  }

  /** What was given up is still carried for a while. */
  private static long carriedInTheEnd() throws InterruptedException {
    long carried = -1;
    while (carried != line.carried()) {
      carried = line.carried();
      Thread.sleep(300);
    }
    return carried;
  }

  @Test
  void brokenConnectionsAreGoneOnWithWithoutBeingAsked() throws Exception {
    line.breakAfter(PART + random.nextInt(PART));

    put(client());

    assertStored();
  }

  @Test
  void killedAtRandomPointsAnUploadEndsWithTheRightBytes() throws Exception {
    Path file = Files.write(folder.resolve("content"), content);
    for (int kills = 0; kills < KILLS; ) {
      while (!run(file, kills < KILLS ? random.nextInt(900) : Long.MAX_VALUE)) {
        kills++;
      }
      assertStored();
      s3.lose(alice.address(), digest.sha256());
      Files.delete(folder.resolve("stored"));
    }
  }

  @Test
  void anUploadTakesFewPartsOfMemory() throws Exception {
    byte[] larger = new byte[14 * PART];
    random.nextBytes(larger);
    digest = Sha256.of(larger);
    Path file = Files.write(folder.resolve("larger"), larger);

    assertThat(run(file, Long.MAX_VALUE, "-Xmx64m")).isTrue();

    assertStored();
  }

  /** Whether the process ended by itself. */
  private boolean run(Path file, long killedAfterMillis, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Doomed.class.getName(),
            service.endpoint().toString(),
            name,
            file.toString(),
            digest.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      out.read();
      if (!process.waitFor(Math.min(killedAfterMillis, 120_000), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0;
  }

  /** A process that puts the object, and says when it begins. */
  static final class Doomed {
    public static void main(String[] a) {
      HostedDirectory client = connect(URI.create(a[0]), TestKeys.of(a[1]), Retry.DEFAULT);
      System.out.println("beginning");
      client.put(
          Digest.parse(a[3]), () -> Files.newInputStream(Path.of(a[2])), TransferProgress.NONE);
      System.exit(0);
    }
  }

  @Test
  void twoUploadsOfOneObjectAtTheSameTimeEndWell() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Callable<Void> upload =
          () -> {
            put(client());
            return null;
          };
      for (var sent : threads.invokeAll(List.of(upload, upload))) {
        sent.get();
      }
    }
    assertStored();
  }

  @Test
  void anUploadThatIsGivenUpUnderItsSenderBeginsAgain() throws Exception {
    AtomicBoolean once = new AtomicBoolean();
    client()
        .put(
            digest,
            () ->
                new FilterInputStream(new ByteArrayInputStream(content)) {
                  private long read;

                  @Override
                  public int read(byte[] buffer, int offset, int length) throws IOException {
                    int n = super.read(buffer, offset, length);
                    read += n;
                    if (read > 2 * PART && once.compareAndSet(false, true)) {
                      store.uploads().abandon(alice.address(), digest);
                    }
                    return n;
                  }
                },
            TransferProgress.NONE);

    assertStored();
  }

  @Test
  void aSourceThatChangedLeavesNothing() {
    content[content.length - 1] ^= 1;

    assertThatThrownBy(() -> put(client()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("changed");
    assertThat(isStored()).isFalse();
    assertThat(store.uploads().parts(alice.address(), digest, 0)).isEmpty();
  }

  // ------------------------------------------------------------- what a URL lets do

  @Test
  void aPartsUrlTakesItsVeryBytesAndNothingElse() throws Exception {
    begin();
    URI url = urlOf(2);
    byte[] right = part(2);
    byte[] wrong = right.clone();
    wrong[0] ^= 1;
    assertThat(send(url, wrong, right)).as("other bytes").isEqualTo(400);
    assertThat(send(url, wrong, wrong)).as("another hash").isIn(400, 403, HUNG_UP);
    assertThat(send(url, Arrays.copyOf(right, PART - 1), right))
        .as("fewer")
        .isIn(400, 403, HUNG_UP);
    assertThat(send(url, Arrays.copyOf(right, PART + 1), right)).as("more").isIn(400, 403, HUNG_UP);
    URI third = URI.create(url.toString().replace("partNumber=2", "partNumber=3"));
    assertThat(send(third, right, right)).as("another number").isIn(400, 403, HUNG_UP);
    URI elsewhere =
        URI.create(url.toString().replace(alice.address().toString(), "0x" + "1".repeat(40)));
    assertThat(send(elsewhere, right, right)).as("another key").isIn(400, 403, HUNG_UP);
    URI whole = URI.create(url.toString().replaceAll("(partNumber|uploadId)=[^&]*&", ""));
    assertThat(send(whole, right, right)).as("an object instead").isIn(400, 403, HUNG_UP);
    assertThat(http.send(HttpRequest.newBuilder(url).GET().build(), BodyHandlers.discarding()))
        .as("another method")
        .matches(r -> r.statusCode() == 400 || r.statusCode() == 403);
    assertThat(store.uploads().parts(alice.address(), digest, 0).orElseThrow().parts()).isEmpty();

    assertThat(send(url, right, right)).isEqualTo(200);
    assertThat(store.uploads().parts(alice.address(), digest, 0).orElseThrow().parts())
        .singleElement()
        .matches(p -> p.number() == 2 && p.part().size() == PART);
  }

  @Test
  void aPartsUrlEndsAndAnotherIsGiven() throws Exception {
    begin();
    URI url = urlOf(1);
    Thread.sleep(GRANT_LIFETIME.plusMillis(1_500));

    assertThat(send(url, part(1), part(1))).isIn(403, HUNG_UP);
    assertThat(store.uploads().parts(alice.address(), digest, 0).orElseThrow().parts()).isEmpty();

    assertThat(send(urlOf(1), part(1), part(1))).isEqualTo(200);
  }

  @Test
  void toUseAPartsUrlAgainDoesNoHarm() throws Exception {
    begin();
    URI url = urlOf(1);
    assertThat(send(url, part(1), part(1))).isEqualTo(200);
    assertThat(send(url, part(1), part(1))).as("before the end").isEqualTo(200);
    put(client());
    assertStored();
    URI stillGood = url;

    send(stillGood, part(1), part(1));

    Files.delete(folder.resolve("stored"));
    assertStored();
  }

  @Test
  void aTruncatedUploadIsNotCompleted() throws Exception {
    begin();
    for (int number : new int[] {1, 2, 3, 5, 6}) {
      assertThat(send(urlOf(number), part(number), part(number))).isEqualTo(200);
    }

    assertThat(complete(alice)).isFalse();
    assertThat(isStored()).isFalse();

    assertThat(send(urlOf(4), part(4), part(4))).isEqualTo(200);
    assertThat(complete(alice)).isTrue();
    assertStored();
    assertThat(complete(alice)).as("again").isTrue();
  }

  @Test
  void anotherAccountHasNoPartInAnUpload() throws Exception {
    begin();
    assertThat(send(urlOf(1), part(1), part(1))).isEqualTo(200);
    Signer mallory = TestKeys.of("mallory of " + name);
    assertThat(ask(mallory, "/v1/uploads/parts", partRequest(2)).statusCode())
        .as("unregistered")
        .isEqualTo(403);
    REGISTER.register(mallory.address());

    HttpResponse<String> refused = ask(mallory, "/v1/uploads/parts", partRequest(2));
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body()).contains("no upload of " + digest);
    assertThat(complete(mallory)).isFalse();
    assertThat(ask(mallory, "/v1/uploads/abandon", upload()).statusCode()).isEqualTo(200);

    assertThat(store.uploads().parts(alice.address(), digest, 0).orElseThrow().parts()).hasSize(1);
  }

  @Test
  void thereIsNoPartBeyondTheLast() throws Exception {
    begin();
    for (int number : new int[] {0, -1, 7, 10_001}) {
      PartRequest odd =
          new PartRequest(digest.toString(), number, Sha256.of(part(1)).sha256().toHex());
      HttpResponse<String> refused = ask(alice, "/v1/uploads/parts", odd);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("its parts are 1 to 6");
    }
  }

  @Test
  void anUploadThatNeverEndedGoesAndIsCountedUntilThen() throws Exception {
    begin();
    assertThat(send(urlOf(1), part(1), part(1))).isEqualTo(200);
    List<Long> counted = new ArrayList<>();
    store.forEachUpload(alice.address(), upload -> counted.add(upload.size()));
    assertThat(counted).as("the whole, not the part").containsExactly(digest.size());

    store.removeUnfinished(Instant.now().plusSeconds(60));

    assertThat(store.uploads().parts(alice.address(), digest, 0)).isEmpty();
    store.forEachUpload(alice.address(), upload -> counted.add(upload.size()));
    assertThat(counted).hasSize(1);
    put(client());
    assertStored();
  }

  @Test
  void anUploadThatTakesLongIsNotOneThatNeverEnds() throws Exception {
    begin();
    Thread.sleep(2_100);
    Instant between = Instant.now().minusSeconds(1);
    store
        .uploads()
        .presign(
            alice.address(), digest, 1, Sha256.of(part(1)).sha256(), GRANT_LIFETIME, Instant.now());
    store.removeUnfinished(between);
    assertThat(store.uploads().parts(alice.address(), digest, 0)).as("gone on with").isPresent();
    Thread.sleep(2_100);
    urlOf(1);

    store.removeUnfinished(Instant.now().minusSeconds(1));

    assertThat(store.uploads().parts(alice.address(), digest, 0))
        .as("a quarter of its time has not passed, so that asking for a part wrote nothing")
        .isEmpty();
  }

  @Test
  void smallObjectsGoInOnePieceAsBefore() throws Exception {
    byte[] small = "small".getBytes(StandardCharsets.UTF_8);
    Digest one = Sha256.of(small);
    assertThat(
            ask(
                    alice,
                    "/v1/uploads/parts",
                    new PartRequest(one.toString(), 1, one.sha256().toHex()))
                .body())
        .contains("it goes in one piece");

    client().put(one, () -> new ByteArrayInputStream(small), TransferProgress.NONE);

    assertThat(store.read(alice.address(), one.sha256(), 10)).isEqualTo(small);
  }
}
