package modicum.directory.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.Note;
import modicum.directory.ObjectCorrupt;
import modicum.directory.TestKeys;
import modicum.directory.TransferProgress;
import modicum.directory.transfer.Retry;
import modicum.directory.uptime.Beat;
import modicum.directory.uptime.UptimeChain;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeUnproven;
import modicum.directory.wire.UptimeMessages;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A directory service that means no good, or is not one at all. */
class HostileServiceTest {
  private static final Signer ALICE = TestKeys.of("alice");
  private static final Digest HELLO = Sha256.ofUtf8("hello");

  @TempDir Path folder;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final AtomicInteger visits = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;
  private HostedDirectory client;

  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    client =
        new HostedDirectory(
            new HostedDirectory.Connection(
                endpoint(), TestKeys.addressOf("directory"), ALICE, TestKeys.RECOVERY),
            Retry.NONE,
            () -> 0);
  }

  @AfterEach
  void stop() {
    over.countDown();
    client.close();
    server.stop(0);
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void on(String path, Behaviour behaviour) {
    server.createContext(
        path,
        exchange -> {
          visits.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          behaviour.answer(exchange);
          exchange.close();
        });
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void grants(String url, long size) {
    on(
        "/v1/downloads",
        exchange -> send(exchange, 200, "{\"url\":\"" + url + "\",\"size\":" + size + "}"));
  }

  private void assertFetchFails(Class<? extends Exception> as, String why) {
    assertThatThrownBy(
            () ->
                client.fetch(
                    ALICE.address(), HELLO, folder.resolve("target"), TransferProgress.NONE))
        .isInstanceOf(as)
        .hasMessageContaining(why);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"note\":\"no base 64!\",\"leftAt\":1}", "{\"leftAt\":1}", "[]", "null"})
  void aNoteThatIsNoneIsAnOutage(String answer) {
    on("/v1/notes", exchange -> send(exchange, 200, answer));
    MatchId match = new MatchId(HELLO.sha256());

    assertThatThrownBy(() -> client.findNote(match, ALICE.address(), ALICE.address()))
        .isInstanceOf(DirectoryUnavailable.class);
  }

  @Test
  void aNoteLongerThanAnyMayBeIsAnOutage() {
    String tooLong = Base64.getEncoder().encodeToString(new byte[Note.MAXIMUM_SIZE + 1]);
    on("/v1/notes", exchange -> send(exchange, 200, "{\"note\":\"" + tooLong + "\",\"leftAt\":1}"));
    MatchId match = new MatchId(HELLO.sha256());

    assertThatThrownBy(() -> client.findNote(match, ALICE.address(), ALICE.address()))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("no note");
  }

  @Test
  void aPartWhoseUrlHasEndedIsSentByAnother() {
    byte[] content = new byte[6 << 20];
    Digest digest = Sha256.of(content);
    AtomicInteger grants = new AtomicInteger();
    AtomicInteger refusals = new AtomicInteger(1);
    on("/v1/uploads", exchange -> send(exchange, 200, "{\"present\":false}"));
    on("/v1/uploads/" + digest.sha256().toHex(), e -> send(e, 200, "{\"parts\":[]}"));
    on(
        "/v1/uploads/parts",
        e ->
            send(e, 200, "{\"url\":\"%s/s3/%d\"}".formatted(endpoint(), grants.incrementAndGet())));
    on("/s3", e -> send(e, refusals.getAndDecrement() > 0 ? 403 : 200, ""));
    on("/v1/uploads/complete", exchange -> send(exchange, 200, "{\"complete\":true}"));
    HostedDirectory patient =
        new HostedDirectory(
            new HostedDirectory.Connection(
                endpoint(), TestKeys.addressOf("directory"), ALICE, TestKeys.RECOVERY),
            new Retry(2, Duration.ZERO, Duration.ZERO, d -> {}),
            () -> 0);

    try (patient) {
      patient.put(digest, () -> new ByteArrayInputStream(content), TransferProgress.NONE);
    }

    assertThat(grants).as("two parts, one of them twice").hasValue(3);
  }

  @Test
  void aListOfPartsWithoutEndIsNotReadOn() {
    byte[] content = new byte[6 << 20];
    on("/v1/uploads", exchange -> send(exchange, 200, "{\"present\":false}"));
    on(
        "/v1/uploads/" + Sha256.of(content).sha256().toHex(),
        exchange -> send(exchange, 200, "{\"parts\":[],\"next\":1}"));

    assertThatThrownBy(
            () ->
                client.put(
                    Sha256.of(content),
                    () -> new ByteArrayInputStream(content),
                    TransferProgress.NONE))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("no end");
  }

  @Test
  void redirectsAreNotFollowed() {
    on(
        "/v1/downloads",
        exchange -> {
          exchange.getResponseHeaders().set("Location", endpoint() + "/elsewhere");
          send(exchange, 307, "");
        });
    on("/elsewhere", exchange -> send(exchange, 200, "{}"));

    assertFetchFails(DirectoryUnavailable.class, "307");
    assertThat(visits).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "jar:file:x", "no url", "http://user:secret@127.0.0.1/"})
  void storageIsReachedByPlainHttpOnly(String url) {
    grants(url, 5);

    assertFetchFails(DirectoryUnavailable.class, "");
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    on(
        "/v1/downloads",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 16];
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 1_000; i++) {
              out.write(block);
            }
          }
        });

    assertFetchFails(DirectoryUnavailable.class, "too long");
  }

  @Test
  void anAnswerThatIsNoMessageIsNotBelieved() {
    on("/v1/downloads", exchange -> send(exchange, 200, "<html>"));

    assertFetchFails(DirectoryUnavailable.class, "can't be read");
  }

  @Test
  void troubleIsQuotedShortAndOnOneLine() {
    on("/v1/downloads", exchange -> send(exchange, 500, "a\nb" + "x".repeat(10_000)));

    assertThatThrownBy(() -> client.read(ALICE.address(), HELLO.sha256(), 5))
        .isInstanceOf(DirectoryUnavailable.class)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .contains("500 a bxxx")
                    .hasSizeLessThan(600)
                    .doesNotContain("\n"));
  }

  @Test
  void otherBytesAnotherSizeAndAnEndlessObjectAreCorrupt() {
    AtomicInteger size = new AtomicInteger(5);
    on(
        "/v1/downloads",
        exchange ->
            send(
                exchange,
                200,
                "{\"url\":\"" + endpoint() + "/object\",\"size\":" + size.get() + "}"));
    StringBuilder object = new StringBuilder("hallo");
    on("/object", exchange -> send(exchange, 200, object.toString()));

    assertFetchFails(ObjectCorrupt.class, "other bytes");
    object.setLength(4);
    assertFetchFails(ObjectCorrupt.class, "ended after 4");
    object.append("oooooooooo");
    assertFetchFails(ObjectCorrupt.class, "longer than 5");
    size.set(6);
    assertFetchFails(ObjectCorrupt.class, "6 bytes");
  }

  @Test
  void anUploadIsRefusedByTheStorageAloud() {
    on(
        "/v1/uploads",
        exchange ->
            send(exchange, 200, "{\"present\":false,\"url\":\"" + endpoint() + "/object\"}"));
    on("/object", exchange -> send(exchange, 403, "no"));

    assertThatThrownBy(
            () ->
                client.put(
                    HELLO,
                    () -> new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)),
                    TransferProgress.NONE))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("403");
  }

  @Test
  void aDownloadThatNoLongerMovesEnds() throws Exception {
    on(
        "/silent",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write("a few bytes".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(endpoint().resolve("/silent")).build();
      InputStream body = http.send(request, BodyHandlers.ofInputStream()).body();
      try (StallGuard guarded = new StallGuard(body, Duration.ofMillis(300))) {
        assertThatThrownBy(guarded::readAllBytes)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("no byte came");
      }
      over.countDown();
    }
  }

  private static final String HEAD =
      "{\"chain\":{\"directory\":\"%s\",\"began\":1,\"period\":%s},\"number\":%s,\"time\":9,"
          + "\"previous\":\"%s\",\"signature\":\"%s\"}";

  private static String head(String period, String number, String signature) {
    return HEAD.formatted(
        TestKeys.addressOf("directory"), period, number, "00".repeat(32), signature);
  }

  static Stream<String> hostileHeads() {
    return Stream.of(
        head("10", "5", "0x" + "11".repeat(65)),
        head("10", "5", ""),
        head("10", "1", "0x" + "11".repeat(65)),
        head("99999", "5", "0x" + "11".repeat(65)),
        head("10", "-5", "0x" + "11".repeat(65)),
        head("10", "5", "0xzz"));
  }

  @ParameterizedTest
  @MethodSource("hostileHeads")
  void aHeadThatProvesNothingIsNotBelieved(String head) {
    on("/v1/uptime/head", exchange -> send(exchange, 200, head));

    assertThatThrownBy(() -> client.head()).isInstanceOf(UptimeUnproven.class);
  }

  @Test
  void aRecordThatNeverEndsIsGivenUp() {
    servesOneBeatAPageForEver();

    assertThatThrownBy(() -> client.uptime(0, 900))
        .isInstanceOf(UptimeUnproven.class)
        .hasMessageContaining("does not end");
    assertThat(visits).hasValue(64);
  }

  @Test
  void aRecordThatComesTooSlowlyIsGivenUp() {
    servesOneBeatAPageForEver();
    Address directory = TestKeys.addressOf("directory");
    try (ServiceConnection service = new ServiceConnection(endpoint(), directory, ALICE, () -> 0)) {
      UptimeClient impatient =
          new UptimeClient(service, directory, TestKeys.RECOVERY, Retry.NONE, Duration.ZERO);

      assertThatThrownBy(() -> impatient.record(0, 900))
          .isInstanceOf(DirectoryUnavailable.class)
          .hasMessageContaining("did not come within");
      assertThat(visits).hasValue(1);
    }
  }

  private void servesOneBeatAPageForEver() {
    Signer directory = TestKeys.of("directory");
    UptimeChain chain = new UptimeChain(directory.address(), 1, 10, Optional.empty());
    List<Beat> beats = new ArrayList<>();
    List<Bytes32> hashes = new ArrayList<>(List.of(chain.id()));
    on(
        "/v1/uptime",
        exchange -> {
          Bytes32 before = hashes.getLast();
          Beat beat = new Beat(beats.size() + 1L, beats.size() + 1L, Optional.empty());
          beats.add(beat);
          UptimeHead head = UptimeHead.signed(directory, chain, beat, before);
          hashes.add(head.hash());
          UptimeRecord page = new UptimeRecord(0, 900, before, List.of(beat), head);
          send(exchange, 200, JSON.writeValueAsString(UptimeMessages.of(page, true)));
        });
  }

  @Test
  void whatAHostileHeadSaysIsQuotedShort() {
    on("/v1/uptime/head", exchange -> send(exchange, 200, head("10", "5", "z\\n".repeat(10_001))));

    assertThatThrownBy(() -> client.head())
        .isInstanceOf(UptimeUnproven.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n"));
  }

  @Test
  void aRecordOfAnotherRangeIsNotBelieved() {
    Signer directory = TestKeys.of("directory");
    UptimeChain chain = new UptimeChain(directory.address(), 1, 10, Optional.empty());
    Beat beat = new Beat(1, 5, Optional.empty());
    UptimeHead head = UptimeHead.signed(directory, chain, beat, chain.id());
    UptimeRecord record = new UptimeRecord(0, 900, chain.id(), List.of(beat), head);
    on(
        "/v1/uptime",
        exchange -> send(exchange, 200, JSON.writeValueAsString(UptimeMessages.of(record, false))));

    assertThatThrownBy(() -> client.uptime(0, 901))
        .isInstanceOf(UptimeUnproven.class)
        .hasMessageContaining("another range");
  }
}
