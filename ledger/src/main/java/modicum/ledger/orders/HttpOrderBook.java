package modicum.ledger.orders;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import modicum.protocol.offer.OfferHash;

/**
 * A solver's order book over HTTP. It asks once; whoever gets {@link OrderBookUnavailable} may ask
 * again, since leaving an offer twice is leaving it once. The solver is a stranger: what it answers
 * is bounded in time and size, and redirections are not followed.
 */
public final class HttpOrderBook implements OrderBook {
  /**
   * @param connect the longest wait for a connection
   * @param answer the longest wait for a whole answer
   * @param maximumSize of an answer, bytes
   */
  public record Limits(Duration connect, Duration answer, int maximumSize) {
    public static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(5), Duration.ofSeconds(20), 32 << 20);
  }

  private final URI endpoint;
  private final Limits limits;
  private final HttpClient http;

  /**
   * @param endpoint of the solver, http or https, without the {@code /v1}
   */
  public HttpOrderBook(URI endpoint, Limits limits) {
    this.endpoint = requireEndpoint(endpoint);
    this.limits = limits;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(limits.connect())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  public HttpOrderBook(URI endpoint) {
    this(endpoint, Limits.DEFAULT);
  }

  @Override
  public Optional<String> leave(SignedJobOffer offer) {
    return leave("/v1/job-offers", OfferJson.write(offer));
  }

  @Override
  public Optional<String> leave(SignedResourceOffer offer) {
    return leave("/v1/resource-offers", OfferJson.write(offer));
  }

  @Override
  public List<SignedJobOffer> jobOffers() {
    return understand(requireOk(get("/v1/job-offers")), OfferJson::readJobOffers);
  }

  @Override
  public List<SignedResourceOffer> resourceOffers() {
    return understand(requireOk(get("/v1/resource-offers")), OfferJson::readResourceOffers);
  }

  @Override
  public Optional<JobOfferStatus> status(OfferHash jobOffer) {
    HttpResponse<String> response = get("/v1/job-offers/" + jobOffer);
    if (response.statusCode() == 404) {
      return Optional.empty();
    }
    JobOfferStatus status = understand(requireOk(response), OfferJson::readStatus);
    return Optional.of(
        new JobOfferStatus(
            status.place(), status.reasons().stream().map(OfferJson::printable).toList()));
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }

  private Optional<String> leave(String path, String json) {
    HttpResponse<String> response =
        send(
            request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    return switch (response.statusCode()) {
      case 200, 201, 204 -> Optional.empty();
      case 400, 422 -> Optional.of(understand(response, OfferJson::readRefusal));
      default -> throw unexpected(response);
    };
  }

  private HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(endpoint + path)).timeout(limits.answer());
  }

  private HttpResponse<String> requireOk(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw unexpected(response);
    }
    return response;
  }

  private <T> T understand(HttpResponse<String> response, Function<String, T> read) {
    try {
      return read.apply(response.body());
    } catch (IllegalArgumentException e) {
      throw new OrderBookUnavailable(
          "the solver at " + endpoint + " answers nonsense: " + e.getMessage(), e);
    }
  }

  private OrderBookUnavailable unexpected(HttpResponse<String> response) {
    return new OrderBookUnavailable(
        "the solver at "
            + endpoint
            + " answers with status "
            + response.statusCode()
            + "; check that this is the address of a solver, or try again later");
  }

  /** The client's own time-out ends with the headers; this one covers the body as well. */
  private HttpResponse<String> send(HttpRequest.Builder request) {
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(
            request.build(),
            BodyHandlers.limiting(
                BodyHandlers.ofString(StandardCharsets.UTF_8), limits.maximumSize()));
    try {
      return answer.get(limits.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new OrderBookUnavailable(
            "the solver at " + endpoint + " does not answer: " + reason(cause), cause);
      }
      throw new IllegalStateException("asking " + endpoint, e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new OrderBookUnavailable(
          "the solver at " + endpoint + " does not answer in " + limits.answer().toSeconds() + " s",
          e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new OrderBookUnavailable("interrupted while asking the solver at " + endpoint, e);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : OfferJson.printable(message);
  }

  private static URI requireEndpoint(URI endpoint) {
    String scheme = endpoint.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    if (!http
        || endpoint.getHost() == null
        || endpoint.getQuery() != null
        || endpoint.getFragment() != null
        || endpoint.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "a solver's address is like https://solver.example:8443, got: " + endpoint);
    }
    String text = endpoint.toString();
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }
}
