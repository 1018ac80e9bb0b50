package modicum.solver.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.HttpOrderBook;
import modicum.ledger.orders.JobOfferStatus;
import modicum.ledger.orders.JobOfferStatus.Place;
import modicum.ledger.orders.OfferJson;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.identity.Signer;
import modicum.solver.BookUnavailable;
import modicum.solver.World;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SolverServiceTest {
  private static final Duration POLL = Duration.ofMillis(20);

  @TempDir Path folder;

  private final World world = new World();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<SolverService> running = new ArrayList<>();
  private SolverService service;
  private HttpOrderBook book;

  @BeforeAll
  static void bridgeLogs() {
    TestLogs.bridge();
  }

  @BeforeEach
  void start() {
    service = start(SolverConfig.at("127.0.0.1", 0, folder.toString()).polling(POLL));
    book = new HttpOrderBook(service.endpoint());
  }

  @AfterEach
  void close() {
    running.forEach(SolverService::close);
    http.close();
  }

  @Test
  void matchesWhatIsLeftOverHttp() throws Exception {
    assertThat(book.leave(job(1))).isEmpty();
    assertThat(book.leave(resource(1))).isEmpty();

    await(() -> !world.chain().state().matches().isEmpty());

    await(() -> place(1) == Place.MATCHED);
    await(() -> book.jobOffers().isEmpty() && book.resourceOffers().isEmpty());
    assertThat(get("/actuator/prometheus").body())
        .contains("modicum_solver_matches_posted_total 1.0");
    assertThat(get("/v1/status").body()).contains("\"matchesPosted\":1");
  }

  @Test
  void listsWhatWasLeft() throws Exception {
    assertThat(book.leave(job(1))).isEmpty();
    assertThat(book.leave(job(1))).isEmpty();

    assertThat(book.jobOffers()).containsExactly(job(1));
    assertThat(book.resourceOffers()).isEmpty();
    await(() -> get("/actuator/prometheus").body().contains("offers{kind=\"job\"} 1.0"));
  }

  @Test
  void tellsWhyAJobOfferIsNotMatched() throws Exception {
    book.leave(job(1));

    await(() -> reasons(1).contains("NoResourceOffers"));
    assertThat(place(1)).isEqualTo(Place.WAITING);
    assertThat(book.status(world.hash(job(2).offer()))).isEmpty();
  }

  @Test
  void refusesWithAnErrorAndAHint() throws Exception {
    Signer mallory = InMemorySigner.named("mallory");
    HttpResponse<String> response =
        put("/v1/job-offers", OfferJson.write(world.signed(mallory, world.jobOffer(mallory, 1))));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"error\":\"not registered as job creator: "
                + mallory.address()
                + "\",\"hint\":\"register the account, wait until it is confirmed, and leave the"
                + " offer again\"}");
    assertThat(get("/actuator/prometheus").body())
        .contains("modicum_solver_offers_refused_total{condition=\"NotRegistered\"} 1.0");
  }

  @Test
  void thePartyReadsTheRefusalAsOneSentence() {
    SignedResourceOffer forged = world.signed(world.alice(), world.resourceOffer(world.bob(), 1));

    assertThat(book.leave(forged).orElseThrow())
        .startsWith("offer 0x")
        .contains("neither posted nor signed by " + world.bob().address())
        .contains("; sign it with the owner's key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "null", "{\"offer\":{},\"signature\":\"0x\"}", "\u0000\u00ff"})
  void nonsenseIsABadRequest(String body) throws Exception {
    for (String path : List.of("/v1/job-offers", "/v1/resource-offers")) {
      HttpResponse<String> response = put(path, body);

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).startsWith("{\"error\":\"").contains("\"hint\":\"");
    }
  }

  @Test
  void aBodyWithoutEndIsCutOff() throws Exception {
    HttpResponse<String> response = put("/v1/job-offers", " ".repeat(100_000));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("longer than any offer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x12", "zz", "..%2f..%2fetc", "0x%00"})
  void aHashThatIsNoneIsABadRequest(String hash) throws Exception {
    assertThat(get("/v1/job-offers/" + hash).statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsUnknownIsNotFound() throws Exception {
    assertThat(get("/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/v1/job-offers/0x" + "0".repeat(64)).statusCode()).isEqualTo(404);
  }

  @Test
  void tellsHowItIs() throws Exception {
    await(() -> get("/v1/status").body().contains("\"agent\":\"running\""));

    await(() -> get("/v1/status").body().contains("\"blockTime\":" + World.START));
    assertThat(get("/v1/status").body())
        .contains("\"account\":\"" + world.solver().account() + "\"");
    assertThat(get("/actuator/health").statusCode()).isEqualTo(200);
  }

  @Test
  void isUnhealthyWhileTheChainDoesNotAnswerAndRecovers() throws Exception {
    world.chain().setUnavailable(true);

    await(() -> get("/actuator/health").statusCode() == 503);
    assertThat(service.health()).isInstanceOf(AgentHealth.Unavailable.class);
    assertThat(get("/v1/status").body()).contains("\"agent\":\"unavailable\"");

    world.chain().setUnavailable(false);
    await(() -> get("/actuator/health").statusCode() == 200);
  }

  @Test
  void anOwnerThatRegisteredAMomentAgoIsServed() {
    Signer carol = InMemorySigner.named("carol");
    world.isJobCreator(carol);

    assertThat(book.leave(world.signed(carol, world.jobOffer(carol, 1)))).isEmpty();
  }

  @Test
  void whatWasLeftSurvivesARestart() throws Exception {
    book.leave(job(1));
    service.close();

    start();

    await(() -> book.status(world.hash(job(1).offer())).isPresent());
    book.leave(resource(1));
    await(() -> !world.chain().state().matches().isEmpty());
  }

  @Test
  void manyRunInOneProcess() throws Exception {
    SolverService second =
        start(SolverConfig.at("127.0.0.1", 0, folder.resolve("second").toString()).polling(POLL));
    HttpOrderBook secondBook = new HttpOrderBook(second.endpoint());

    secondBook.leave(job(1));

    assertThat(second.port()).isNotEqualTo(service.port());
    assertThat(secondBook.jobOffers()).hasSize(1);
    await(() -> book.jobOffers().isEmpty());
    second.close();
    assertThat(get("/v1/status").statusCode()).isEqualTo(200);
  }

  @Test
  void aTakenPortIsAConfigurationError() {
    SolverConfig config =
        SolverConfig.at("127.0.0.1", service.port(), folder.resolve("other").toString());

    assertThatThrownBy(() -> start(config))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("port " + service.port())
        .hasMessageContaining("choose another");
  }

  @Test
  void aStateFolderThatCannotBeUsedIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("a-file"));

    assertThatThrownBy(() -> start(SolverConfig.at("127.0.0.1", 0, file + "/state")))
        .isInstanceOf(BookUnavailable.class)
        .hasMessageContaining("a-file");
  }

  @Test
  void oneAddressCannotAskWithoutEnd() throws Exception {
    SolverService strict =
        start(
            new SolverConfig(
                "127.0.0.1",
                0,
                folder.resolve("strict").toString(),
                20L,
                null,
                null,
                null,
                null,
                null,
                3));
    URI status = URI.create(strict.endpoint() + "/v1/status");
    List<Integer> answers = new ArrayList<>();
    for (int request = 0; request < 4; request++) {
      answers.add(send(HttpRequest.newBuilder(status)).statusCode());
    }

    assertThat(answers).containsExactly(200, 200, 200, 429);
  }

  // ------------------------------------------------------------------------

  private SolverService start(SolverConfig config) {
    SolverService started = SolverService.start(config, world.solver(), InMemorySigner.RECOVERY);
    running.add(started);
    return started;
  }

  private SignedJobOffer job(long nonce) {
    return world.signed(world.alice(), world.jobOffer(world.alice(), nonce));
  }

  private SignedResourceOffer resource(long nonce) {
    return world.signed(world.bob(), world.resourceOffer(world.bob(), nonce));
  }

  private Place place(long nonce) {
    return status(nonce).place();
  }

  private String reasons(long nonce) {
    return String.join("\n", status(nonce).reasons());
  }

  private JobOfferStatus status(long nonce) {
    return book.status(world.hash(job(nonce).offer())).orElseThrow();
  }

  private HttpResponse<String> put(String path, String body) throws Exception {
    return send(request(path).PUT(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> get(String path) {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(service.endpoint() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("the service does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The service works on threads of its own; a bound that only a hang exceeds. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
