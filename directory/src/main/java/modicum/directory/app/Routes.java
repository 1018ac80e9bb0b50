package modicum.directory.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.wire.Messages.DownloadRequest;
import modicum.directory.wire.Messages.NoteToLeave;
import modicum.directory.wire.Messages.PartRequest;
import modicum.directory.wire.Messages.ResultAnnouncement;
import modicum.directory.wire.Messages.Trouble;
import modicum.directory.wire.Messages.UploadRequest;
import modicum.directory.wire.RequestSignature;
import modicum.protocol.identity.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP surface of a hosted directory, as one table; every answer is JSON. */
final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  /** No request needs more, bytes. */
  private static final int MAXIMUM_BODY_SIZE = 16 << 10;

  private final Endpoints endpoints;
  private final UploadEndpoints uploads;
  private final Authentication authentication;
  private final DirectoryServiceConfig config;
  private final MeterRegistry meters;
  private final JsonMapper json = JsonMapper.builder().build();

  Routes(
      Endpoints endpoints,
      UploadEndpoints uploads,
      Authentication authentication,
      DirectoryServiceConfig config,
      MeterRegistry meters) {
    this.endpoints = endpoints;
    this.uploads = uploads;
    this.authentication = authentication;
    this.config = config;
    this.meters = meters;
  }

  RouterFunction<ServerResponse> table() {
    return RouterFunctions.route()
        .GET("/v1/status", open("status", r -> endpoints.status()))
        .GET(
            "/v1/uptime",
            open(
                "uptime",
                r -> endpoints.uptime(time(r, "from"), time(r, "to"), number(r, "after"))))
        .GET("/v1/uptime/head", open("uptimeHead", r -> endpoints.uptimeHead()))
        .POST(
            "/v1/uploads",
            signed(
                "upload",
                (requester, r, body) -> uploads.grant(requester, read(body, UploadRequest.class))))
        .GET(
            "/v1/uploads/{sha256}/{size}/parts",
            signed(
                "parts",
                (requester, r, body) ->
                    uploads.parts(
                        requester, r.pathVariable("sha256"), r.pathVariable("size"), after(r))))
        .POST(
            "/v1/uploads/parts",
            signed(
                "part",
                (requester, r, body) ->
                    uploads.grantPart(requester, read(body, PartRequest.class))))
        .POST(
            "/v1/uploads/complete",
            signed(
                "complete",
                (requester, r, body) ->
                    uploads.complete(requester, read(body, UploadRequest.class))))
        .POST(
            "/v1/uploads/abandon",
            signed(
                "abandon",
                (requester, r, body) ->
                    uploads.abandon(requester, read(body, UploadRequest.class))))
        .POST(
            "/v1/downloads",
            signed(
                "download",
                (requester, r, body) ->
                    endpoints.grantDownload(requester, read(body, DownloadRequest.class))))
        .GET(
            "/v1/objects/{owner}/{sha256}",
            signed(
                "describe",
                (requester, r, body) ->
                    endpoints.describe(
                        requester, r.pathVariable("owner"), r.pathVariable("sha256"))))
        .PUT("/v1/results/{match}", signed("announce", this::announce))
        .GET(
            "/v1/results/{match}/{provider}",
            signed(
                "find",
                (requester, r, body) ->
                    endpoints.findResult(
                        requester, r.pathVariable("match"), r.pathVariable("provider"))))
        .PUT("/v1/notes/{match}/{recipient}", signed("leave", this::leaveNote))
        .GET(
            "/v1/notes/{match}/{sender}/{recipient}",
            signed(
                "note",
                (requester, r, body) ->
                    endpoints.findNote(
                        requester,
                        r.pathVariable("match"),
                        r.pathVariable("sender"),
                        r.pathVariable("recipient"))))
        .route(r -> r.path().startsWith("/v1/"), r -> answer("unknown", () -> unknown(r)))
        .build();
  }

  private Object announce(Address requester, ServerRequest request, byte[] body) {
    ResultAnnouncement announcement = read(body, ResultAnnouncement.class);
    endpoints.announceResult(requester, request.pathVariable("match"), announcement);
    return announcement;
  }

  private Object leaveNote(Address requester, ServerRequest request, byte[] body) {
    NoteToLeave note = read(body, NoteToLeave.class);
    endpoints.leaveNote(
        requester, request.pathVariable("match"), request.pathVariable("recipient"), note);
    return note;
  }

  private static Object unknown(ServerRequest request) {
    throw new Refusal(
        HttpStatus.NOT_FOUND,
        "there is no " + request.method() + " " + request.path(),
        "see the directory's reference");
  }

  @FunctionalInterface
  private interface Open {
    Object answer(ServerRequest request) throws IOException;
  }

  @FunctionalInterface
  private interface Signed {
    Object answer(Address requester, ServerRequest request, byte[] body) throws IOException;
  }

  @FunctionalInterface
  private interface Work {
    Object run() throws IOException;
  }

  private HandlerFunction<ServerResponse> open(String name, Open endpoint) {
    return request -> answer(name, () -> endpoint.answer(request));
  }

  private HandlerFunction<ServerResponse> signed(String name, Signed endpoint) {
    return request ->
        answer(
            name,
            () -> {
              byte[] body = body(request);
              Address requester =
                  authentication.authenticate(
                      content(request, body), request.servletRequest()::getHeader);
              return endpoint.answer(requester, request, body);
            });
  }

  private RequestSignature.Content content(ServerRequest request, byte[] body) {
    String query = request.servletRequest().getQueryString();
    String path = request.servletRequest().getRequestURI();
    return new RequestSignature.Content(
        config.directory().address(),
        request.method().name(),
        query == null ? path : path + "?" + query,
        body);
  }

  private static byte[] body(ServerRequest request) throws IOException {
    byte[] body = request.servletRequest().getInputStream().readNBytes(MAXIMUM_BODY_SIZE + 1);
    if (body.length > MAXIMUM_BODY_SIZE) {
      throw new Refusal(
          HttpStatus.CONTENT_TOO_LARGE,
          "the request's body is too large",
          "objects are not sent here but to the URL that an upload is granted");
    }
    return body;
  }

  private <T> T read(byte[] body, Class<T> type) {
    try {
      T message = json.readValue(body, type);
      if (message == null) {
        throw Refusal.badRequest("the body is null", "send a JSON object");
      }
      return message;
    } catch (JacksonException e) {
      throw Refusal.badRequest("the body is not the JSON wanted", e.getOriginalMessage());
    }
  }

  private static int after(ServerRequest request) {
    String text = request.param("after").orElse("0");
    if (!text.matches("[0-9]{1,5}")) {
      throw Refusal.badRequest("after is no number of a part", "ask ?after=<number>, or without");
    }
    return Integer.parseInt(text);
  }

  private static long time(ServerRequest request, String name) {
    String text = request.param(name).orElse("");
    if (!text.matches("[0-9]{1,12}")) {
      throw Refusal.badRequest(
          name + " is missing or no time", "ask ?from=<seconds since 1970>&to=<seconds>");
    }
    return Long.parseLong(text);
  }

  /** 0 where it is left out. */
  private static long number(ServerRequest request, String name) {
    String text = request.param(name).orElse("0");
    if (!text.matches("[0-9]{1,12}")) {
      throw Refusal.badRequest(name + " is no number", "ask with " + name + "=<number>");
    }
    return Long.parseLong(text);
  }

  private ServerResponse answer(String name, Work work) {
    try {
      Object message = work.run();
      return respond(name, HttpStatus.OK, message);
    } catch (Refusal refusal) {
      return respond(name, refusal.status(), new Trouble(refusal.getMessage(), refusal.hint()));
    } catch (DirectoryUnavailable unavailable) {
      LOG.warn("Cannot serve {}: {}", name, unavailable.getMessage());
      return respond(
          name,
          HttpStatus.SERVICE_UNAVAILABLE,
          new Trouble("the directory cannot serve now", "try again in a moment"));
    } catch (IOException clientGone) {
      return respond(
          name, HttpStatus.BAD_REQUEST, new Trouble("the request broke off", "send it again"));
    } catch (RuntimeException bug) {
      LOG.error("Failed to serve {}", name, bug);
      return respond(
          name,
          HttpStatus.INTERNAL_SERVER_ERROR,
          new Trouble("the directory failed", "tell its operator"));
    }
  }

  private ServerResponse respond(String name, HttpStatus status, Object message) {
    meters
        .counter(
            "modicum.directory.requests",
            "request",
            name,
            "status",
            Integer.toString(status.value()))
        .increment();
    return ServerResponse.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(json.writeValueAsBytes(message));
  }
}
