package modicum.directory.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ScriptedRegister;
import modicum.directory.TestKeys;
import modicum.directory.TestLogs;
import modicum.directory.s3.S3Fixture;
import modicum.directory.wire.RequestSignature;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the service answers to requests that no client of ours sends. */
class RequestsTest {
  private static final Signer ALICE = TestKeys.of("alice");
  private static final Signer MALLORY = TestKeys.of("mallory");
  private static final Signer DIRECTORY = TestKeys.of("directory");
  private static final AtomicLong NOW = new AtomicLong(1_000_000);
  private static final String UPLOAD = "{\"digest\":\"" + Sha256.ofUtf8("an object") + "\"}";

  @TempDir static Path state;
  private static S3Fixture s3;
  private static DirectoryService service;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    TestLogs.quieten();
    s3 = new S3Fixture(state);
    service =
        DirectoryService.start(
            new DirectoryServiceConfig(
                "127.0.0.1",
                0,
                DIRECTORY,
                TestKeys.RECOVERY,
                new ScriptedRegister().register(ALICE.address()),
                s3.settings(),
                state,
                NOW::get,
                DirectoryServiceConfig.Limits.DEFAULT));
    // A little later, so that a request from before the start can be told from one in the window.
    NOW.addAndGet(1_000);
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    service.close();
    s3.close();
  }

  private record Call(String method, String target, String body) {}

  private static final Call UPLOAD_CALL = new Call("POST", "/v1/uploads", UPLOAD);

  private static Map<String, String> sign(Call call, Signer signer, long timestamp) {
    return sign(call, signer, timestamp, DIRECTORY.address());
  }

  private static Map<String, String> sign(
      Call call, Signer signer, long timestamp, Address directory) {
    byte[] body = call.body().getBytes(StandardCharsets.UTF_8);
    return new LinkedHashMap<>(
        RequestSignature.sign(
                new RequestSignature.Content(directory, call.method(), call.target(), body),
                signer,
                timestamp)
            .toHeaders());
  }

  private static HttpResponse<String> send(Call call, Map<String, String> headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service.endpoint() + call.target()))
            .method(call.method(), BodyPublishers.ofString(call.body()));
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> signedByAlice(Call call) throws Exception {
    return send(call, sign(call, ALICE, NOW.get()));
  }

  private static void assertTrouble(HttpResponse<String> response, int status, String error) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body()).contains("\"error\":", "\"hint\":").contains(error);
  }

  @Test
  void servesASignedRequest() throws Exception {
    assertThat(signedByAlice(UPLOAD_CALL).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesARequestWithoutASignature() throws Exception {
    assertTrouble(send(UPLOAD_CALL, Map.of()), 401, "Modicum-Requester is missing");
  }

  @Test
  void refusesAForgedRequester() throws Exception {
    Map<String, String> headers = sign(UPLOAD_CALL, MALLORY, NOW.get());
    headers.put(RequestSignature.REQUESTER_HEADER, ALICE.address().toString());

    assertTrouble(send(UPLOAD_CALL, headers), 401, "not one of " + ALICE.address());
  }

  @Test
  void refusesASignatureOverAnotherBodyMethodTargetOrDirectory() throws Exception {
    String other =
        UPLOAD.replace(Sha256.ofUtf8("an object").toString(), "sha256:" + "0".repeat(64) + "/1");
    Map<String, String> headers = sign(UPLOAD_CALL, ALICE, NOW.get());
    assertTrouble(send(new Call("POST", "/v1/uploads", other), headers), 401, "signature");
    assertTrouble(send(new Call("POST", "/v1/downloads", UPLOAD), headers), 401, "signature");
    assertTrouble(send(new Call("POST", "/v1/uploads?x=1", UPLOAD), headers), 401, "signature");
    Call get = new Call("GET", "/v1/results/" + "0".repeat(64) + "/" + ALICE.address(), "");
    Call put = new Call("PUT", get.target(), "");
    assertTrouble(send(get, sign(put, ALICE, NOW.get())), 401, "signature");
    assertTrouble(
        send(UPLOAD_CALL, sign(UPLOAD_CALL, ALICE, NOW.get(), MALLORY.address())),
        401,
        "signature");
  }

  @Test
  void refusesGarbageForASignature() throws Exception {
    for (String garbage :
        new String[] {"0x", "xyz", "0x" + "0".repeat(130), "0x" + "f".repeat(130)}) {
      Map<String, String> headers = sign(UPLOAD_CALL, ALICE, NOW.get());
      headers.put(RequestSignature.SIGNATURE_HEADER, garbage);
      assertThat(send(UPLOAD_CALL, headers).statusCode()).as(garbage).isEqualTo(401);
    }
  }

  @Test
  void refusesAnExpiredAndAFutureRequest() throws Exception {
    assertTrouble(
        send(UPLOAD_CALL, sign(UPLOAD_CALL, ALICE, NOW.get() - 121)), 401, "set your clock");
    assertTrouble(
        send(UPLOAD_CALL, sign(UPLOAD_CALL, ALICE, NOW.get() + 121)), 401, "set your clock");
    assertThat(send(UPLOAD_CALL, sign(UPLOAD_CALL, ALICE, NOW.get() - 120)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesAReplayedRequest() throws Exception {
    Map<String, String> headers = sign(UPLOAD_CALL, ALICE, NOW.get());
    assertThat(send(UPLOAD_CALL, headers).statusCode()).isEqualTo(200);

    assertTrouble(send(UPLOAD_CALL, headers), 401, "sent before");
  }

  @Test
  void refusesAnAccountThatIsNotRegistered() throws Exception {
    assertTrouble(send(UPLOAD_CALL, sign(UPLOAD_CALL, MALLORY, NOW.get())), 403, "not registered");
  }

  @Test
  void refusesABodyThatIsTooLargeOrNotWhatIsWanted() throws Exception {
    assertTrouble(
        signedByAlice(new Call("POST", "/v1/uploads", "x".repeat(16 << 10 | 1))), 413, "too large");
    for (String body :
        new String[] {"", "null", "{}", "[]", "{\"digest\":", "{\"digest\":\"x\"}"}) {
      HttpResponse<String> response = signedByAlice(new Call("POST", "/v1/uploads", body));
      assertTrouble(response, 400, "error");
    }
    assertTrouble(
        signedByAlice(new Call("POST", "/v1/downloads", "{\"owner\":\"0x1\",\"sha256\":\"2\"}")),
        400,
        "bad owner");
    assertTrouble(
        signedByAlice(new Call("GET", "/v1/objects/" + ALICE.address() + "/zz", "")),
        400,
        "bad sha256");
  }

  @Test
  void anUnknownPathIsNotFound() throws Exception {
    assertTrouble(send(new Call("GET", "/v1/nothing", ""), Map.of()), 404, "there is no GET");
    assertTrouble(send(new Call("DELETE", "/v1/uploads", ""), Map.of()), 404, "there is no");
  }

  @Test
  void refusesAnUptimeRangeThatMakesNoSense() throws Exception {
    assertTrouble(send(new Call("GET", "/v1/uptime", ""), Map.of()), 400, "from");
    assertTrouble(send(new Call("GET", "/v1/uptime?from=9&to=8", ""), Map.of()), 400, "range");
    assertTrouble(
        send(new Call("GET", "/v1/uptime?from=0&to=2678401", ""), Map.of()), 400, "range");
    assertTrouble(
        send(new Call("GET", "/v1/uptime?from=0&to=9&after=-1", ""), Map.of()), 400, "after");
    assertTrouble(
        send(new Call("GET", "/v1/uptime?from=0&to=9&after=999999", ""), Map.of()),
        404,
        "no beat after");
  }

  @Test
  void tellsEveryoneItsStatusAndItsOperatorItsMetrics() throws Exception {
    HttpResponse<String> status = send(new Call("GET", "/v1/status", ""), Map.of());
    assertThat(status.statusCode()).isEqualTo(200);
    assertThat(status.body()).contains(DIRECTORY.address().toString(), "\"storage\":true");
    assertThat(send(new Call("GET", "/actuator/health", ""), Map.of()).body()).contains("UP");

    assertThat(send(new Call("GET", "/actuator/prometheus", ""), Map.of()).body())
        .contains("modicum_directory_requests_total");
  }

  @Test
  void aFullMemoryRefusesRatherThanForgets() {
    NonceMemory memory = new NonceMemory(241, 2, 3);
    Address alice = ALICE.address();
    Address mallory = MALLORY.address();
    assertThat(memory.use(alice, "1", 0)).isEqualTo(NonceMemory.Answer.FRESH);
    assertThat(memory.use(alice, "1", 241)).isEqualTo(NonceMemory.Answer.USED);
    assertThat(memory.use(alice, "2", 241)).isEqualTo(NonceMemory.Answer.FRESH);
    assertThat(memory.use(alice, "3", 241)).isEqualTo(NonceMemory.Answer.FULL);
    assertThat(memory.use(mallory, "1", 241)).isEqualTo(NonceMemory.Answer.FRESH);
    assertThat(memory.use(mallory, "2", 241)).isEqualTo(NonceMemory.Answer.FULL);

    assertThat(memory.use(alice, "3", 242)).isEqualTo(NonceMemory.Answer.FRESH);
  }

  @Test
  void whatWasUsedBeforeARestartIsNotAcceptedAfterIt() {
    long start = 10_000;
    AtomicLong now = new AtomicLong(start);
    Authentication authentication =
        new Authentication(
            new DirectoryServiceConfig(
                "127.0.0.1",
                0,
                DIRECTORY,
                TestKeys.RECOVERY,
                new ScriptedRegister().register(ALICE.address()),
                s3.settings(),
                state,
                now::get,
                DirectoryServiceConfig.Limits.DEFAULT));
    RequestSignature.Content content =
        new RequestSignature.Content(DIRECTORY.address(), "GET", "/v1/x", new byte[0]);
    Map<String, String> before = RequestSignature.sign(content, ALICE, start - 1).toHeaders();
    Map<String, String> after = RequestSignature.sign(content, ALICE, start).toHeaders();

    assertThat(authentication.authenticate(content, after::get)).isEqualTo(ALICE.address());
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> authentication.authenticate(content, before::get))
        .hasMessageContaining("older than this service")
        .isNotInstanceOf(DirectoryUnavailable.class);
  }
}
