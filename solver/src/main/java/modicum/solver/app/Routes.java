package modicum.solver.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import modicum.ledger.orders.OfferJson;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.Unavailable;
import modicum.protocol.offer.OfferHash;
import modicum.solver.Refusal;
import modicum.solver.SolverOrderBook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP surface of a solver's order book, as one table; every answer is JSON. There is no way to
 * take an offer back here: whoever has seen a signature can use it, so an offer ends by its expiry
 * or by cancelling it in the market.
 */
final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SolverOrderBook book;
  private final Supplier<SolverStatus> status;
  private final RateLimit rateLimit;

  Routes(SolverOrderBook book, Supplier<SolverStatus> status, RateLimit rateLimit) {
    this.book = book;
    this.status = status;
    this.rateLimit = rateLimit;
  }

  RouterFunction<ServerResponse> table() {
    return RouterFunctions.route()
        .PUT("/v1/job-offers", serve(this::putJobOffer))
        .PUT("/v1/resource-offers", serve(this::putResourceOffer))
        .GET("/v1/job-offers", serve(r -> ok(OfferJson.writeJobOffers(book.jobOffers()))))
        .GET(
            "/v1/resource-offers",
            serve(r -> ok(OfferJson.writeResourceOffers(book.resourceOffers()))))
        .GET("/v1/job-offers/{hash}", serve(this::getJobOffer))
        .GET("/v1/status", serve(r -> ok(JSON.writeValueAsString(status.get()))))
        .route(r -> r.path().startsWith("/v1/"), serve(Routes::unknown))
        .build();
  }

  private ServerResponse putJobOffer(ServerRequest request) throws IOException {
    SignedJobOffer offer = OfferJson.readJobOffer(body(request));
    return taken(book.take(offer));
  }

  private ServerResponse putResourceOffer(ServerRequest request) throws IOException {
    SignedResourceOffer offer = OfferJson.readResourceOffer(body(request));
    return taken(book.take(offer));
  }

  private ServerResponse getJobOffer(ServerRequest request) {
    OfferHash hash = hash(request.pathVariable("hash"));
    return book.status(hash)
        .map(found -> ok(OfferJson.write(found)))
        .orElseGet(
            () ->
                trouble(
                    HttpStatus.NOT_FOUND,
                    "this solver does not know job offer " + hash,
                    "leave the offer with it, or look at the chain"));
  }

  private static OfferHash hash(String text) {
    if (!text.matches("0x[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException("an offer's hash is 0x and 64 hexadecimal digits");
    }
    return OfferHash.fromHex(text);
  }

  private static ServerResponse unknown(ServerRequest request) {
    return trouble(
        HttpStatus.NOT_FOUND,
        "there is no such resource",
        "there are /v1/job-offers, /v1/resource-offers and /v1/status");
  }

  /** Offers are ASCII, so what is longer in bytes is longer than any offer. */
  private static String body(ServerRequest request) throws IOException {
    byte[] body =
        request.servletRequest().getInputStream().readNBytes(OfferJson.MAXIMUM_LENGTH + 1);
    if (body.length > OfferJson.MAXIMUM_LENGTH) {
      throw new IllegalArgumentException(
          "longer than any offer can be (" + OfferJson.MAXIMUM_LENGTH + " bytes)");
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private static ServerResponse taken(Optional<Refusal> refusal) {
    return refusal
        .map(r -> trouble(HttpStatus.UNPROCESSABLE_CONTENT, r.error(), r.hint()))
        .orElseGet(() -> ok("{}"));
  }

  // ------------------------------------------------------------- all alike

  @FunctionalInterface
  private interface Serving {
    ServerResponse answer(ServerRequest request) throws IOException;
  }

  private HandlerFunction<ServerResponse> serve(Serving serving) {
    return request -> answer(serving, request);
  }

  private ServerResponse answer(Serving serving, ServerRequest request) {
    if (!rateLimit.admits(request.servletRequest().getRemoteAddr())) {
      return trouble(
          HttpStatus.TOO_MANY_REQUESTS, "too many requests from your address", "wait a minute");
    }
    try {
      return serving.answer(request);
    } catch (IllegalArgumentException e) {
      return trouble(HttpStatus.BAD_REQUEST, e.getMessage(), "correct the request");
    } catch (Unavailable e) {
      LOG.warn("Cannot serve {}: {}", request.path(), e.getMessage());
      return trouble(
          HttpStatus.SERVICE_UNAVAILABLE, "the solver cannot serve now", "try again in a moment");
    } catch (IOException e) {
      return trouble(HttpStatus.BAD_REQUEST, "the request broke off", "send it again");
    } catch (RuntimeException e) {
      LOG.error("Failed to serve {}", request.path(), e);
      return trouble(HttpStatus.INTERNAL_SERVER_ERROR, "the solver failed", "tell its operator");
    }
  }

  private record Trouble(String error, String hint) {}

  private static ServerResponse trouble(HttpStatus status, String error, String hint) {
    return respond(status, JSON.writeValueAsString(new Trouble(error, hint)));
  }

  private static ServerResponse ok(String json) {
    return respond(HttpStatus.OK, json);
  }

  private static ServerResponse respond(HttpStatus status, String json) {
    return ServerResponse.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(json.getBytes(StandardCharsets.UTF_8));
  }
}
