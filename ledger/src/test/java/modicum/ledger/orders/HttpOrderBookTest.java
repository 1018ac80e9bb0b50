package modicum.ledger.orders;

import static modicum.ledger.orders.SampleOffers.signedJobOffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import modicum.protocol.offer.OfferHash;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpOrderBookTest extends OrderBookContract {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private HttpOrderBook book;

  private interface Answering {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  @BeforeEach
  void startAServerBeforeTheSolver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
    book = new HttpOrderBook(endpoint());
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Override
  OrderBook book() {
    return book;
  }

  @Test
  void takesAnEndpointWithASlashAtItsEnd() {
    assertThat(new HttpOrderBook(URI.create(endpoint() + "/")).jobOffers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "solver.example",
        "ftp://a/",
        "http:///v1",
        "http://a?b",
        "http://me:pw@a/",
        "file:/x"
      })
  void refusesWhatIsNoAddressOfASolver(String text) {
    assertThatThrownBy(() -> new HttpOrderBook(URI.create(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a solver's address is like https://");
  }

  @Test
  void nobodyListeningIsUnavailable() {
    server.stop(0);

    assertUnavailable("does not answer");
  }

  @Test
  void doesNotFollowARedirection() {
    CountDownLatch followed = new CountDownLatch(1);
    server.createContext(
        "/elsewhere",
        exchange -> {
          followed.countDown();
          send(exchange, 200, "[]");
        });
    answer(
        exchange -> {
          exchange.getResponseHeaders().add("Location", endpoint() + "/elsewhere");
          send(exchange, 302, "");
        });

    assertUnavailable("status 302");
    assertThat(followed.getCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "[1]", "[{}]", "<html>", "[", "[[[[[[[[[[[[[[[[[[[["})
  void nonsenseIsUnavailable(String body) {
    answer(exchange -> send(exchange, 200, body));

    assertUnavailable("answers nonsense");
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    answer(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] spaces = " ".repeat(1000).getBytes(StandardCharsets.US_ASCII);
          while (end.getCount() > 0) {
            exchange.getResponseBody().write(spaces);
          }
        });
    book = new HttpOrderBook(endpoint(), limits(Duration.ofSeconds(30), 10_000));

    assertUnavailable("does not answer");
  }

  @Test
  void anAnswerThatStopsHalfWayTimesOut() {
    answer(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('[');
          exchange.getResponseBody().flush();
          end.await();
        });
    book = new HttpOrderBook(endpoint(), limits(Duration.ofMillis(300), 10_000));

    assertUnavailable("does not answer");
  }

  @Test
  void aRefusalReachesATerminalWithoutControlCharacters() {
    answer(
        exchange ->
            send(
                exchange,
                422,
                "{\"error\":\"\\u001b[31mno\\nreally\",\"hint\":\"go \\u202e away\"}"));

    assertThat(book.leave(signedJobOffer(1))).contains("?[31mno?really; go ? away");
  }

  @Test
  void tooManyRequestsIsUnavailableRatherThanRefused() {
    answer(exchange -> send(exchange, 429, "{\"error\":\"slow down\",\"hint\":\"wait\"}"));

    assertThatThrownBy(() -> book.leave(signedJobOffer(1)))
        .isInstanceOf(OrderBookUnavailable.class)
        .hasMessageContaining("429");
  }

  @Test
  void interruptingTheCallerEndsTheWait() {
    answer(exchange -> end.await());
    Thread.currentThread().interrupt();

    assertUnavailable("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  private void assertUnavailable(String why) {
    assertThatThrownBy(() -> book.jobOffers())
        .isInstanceOf(OrderBookUnavailable.class)
        .hasMessageContaining(why);
  }

  private static HttpOrderBook.Limits limits(Duration answer, int maximumSize) {
    return new HttpOrderBook.Limits(Duration.ofSeconds(5), answer, maximumSize);
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(Answering answering) {
    server.removeContext("/");
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answering.answer(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = exchange.getRequestBody()) {
      String path = exchange.getRequestURI().getPath();
      String json = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      switch (exchange.getRequestMethod() + " " + path) {
        case "PUT /v1/job-offers" -> taken(exchange, solver.leave(OfferJson.readJobOffer(json)));
        case "PUT /v1/resource-offers" ->
            taken(exchange, solver.leave(OfferJson.readResourceOffer(json)));
        case "GET /v1/job-offers" ->
            send(exchange, 200, OfferJson.writeJobOffers(solver.jobOffers()));
        case "GET /v1/resource-offers" ->
            send(exchange, 200, OfferJson.writeResourceOffers(solver.resourceOffers()));
        default -> status(exchange, path.substring("/v1/job-offers/".length()));
      }
    } catch (OrderBookUnavailable e) {
      send(exchange, 503, "{\"error\":\"down\",\"hint\":\"\"}");
    }
  }

  private void status(HttpExchange exchange, String hash) throws IOException {
    Optional<JobOfferStatus> status = solver.status(OfferHash.fromHex(hash));
    if (status.isEmpty()) {
      send(exchange, 404, "");
      return;
    }
    send(exchange, 200, OfferJson.write(status.get()));
  }

  private static void taken(HttpExchange exchange, Optional<String> refusal) throws IOException {
    if (refusal.isEmpty()) {
      send(exchange, 200, "{}");
      return;
    }
    send(exchange, 422, "{\"error\":\"" + refusal.get() + "\",\"hint\":\"mend it\"}");
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
