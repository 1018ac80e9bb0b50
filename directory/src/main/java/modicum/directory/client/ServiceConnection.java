package modicum.directory.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.LongSupplier;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.wire.Checksum;
import modicum.directory.wire.RequestSignature;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signed requests to a hosted directory, and plain ones to the storage it points to. Trusts
 * neither: answers are limited in size and time, redirects are not followed.
 */
final class ServiceConnection implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  /** An upload slower than this is given up, bytes per second. */
  private static final long SLOWEST_UPLOAD = 32 << 10;

  private static final int MAXIMUM_ANSWER_SIZE = 1 << 20;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final JsonMapper json = JsonMapper.builder().build();
  private final URI endpoint;
  private final Address directory;
  private final Signer party;
  private final LongSupplier clock;

  ServiceConnection(URI endpoint, Address directory, Signer party, LongSupplier clock) {
    boolean plain =
        ("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
            && endpoint.getHost() != null
            && endpoint.getUserInfo() == null;
    if (!plain) {
      throw new IllegalArgumentException(
          "a directory's endpoint is http://host:port or https://host, got: " + endpoint);
    }
    this.endpoint = endpoint;
    this.directory = directory;
    this.party = party;
    this.clock = clock;
  }

  /** Asks without saying who. */
  Answer get(String target) {
    return exchange("GET " + target, HttpRequest.newBuilder(resolve(target)).GET());
  }

  /** Asks with a signature; what failed for the moment, or for this caller, is thrown. */
  Answer signed(String method, String target) {
    return signed(method, target, new byte[0]);
  }

  Answer signed(String method, String target, Object message) {
    return signed(method, target, json.writeValueAsBytes(message));
  }

  private Answer signed(String method, String target, byte[] body) {
    RequestSignature.Content content =
        new RequestSignature.Content(directory, method, target, body);
    RequestSignature signature = RequestSignature.sign(content, party, clock.getAsLong());
    BodyPublisher publisher =
        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    HttpRequest.Builder request = HttpRequest.newBuilder(resolve(target)).method(method, publisher);
    signature.toHeaders().forEach(request::header);
    if (body.length > 0) {
      request.header("Content-Type", "application/json");
    }
    return requireServed(exchange(method + " " + target, request));
  }

  /** 403, 404 and 425 are for the caller to read; the other troubles mean the same everywhere. */
  private static Answer requireServed(Answer answer) {
    return switch (answer.status()) {
      case 200, 403, 404, 425 -> answer;
      case 400, 401, 413 -> throw new DirectoryRefused(answer.trouble());
      default -> throw new DirectoryUnavailable(answer.trouble());
    };
  }

  private Answer exchange(String what, HttpRequest.Builder request) {
    String named = what + " at " + endpoint;
    HttpResponse<InputStream> response = send(named, request.timeout(ANSWER_TIMEOUT).build());
    try (InputStream in = new StallGuard(response.body(), LONGEST_SILENCE)) {
      byte[] body = in.readNBytes(MAXIMUM_ANSWER_SIZE + 1);
      if (body.length > MAXIMUM_ANSWER_SIZE) {
        throw new DirectoryUnavailable(named + ": the answer is too long");
      }
      return new Answer(named, response.statusCode(), body);
    } catch (IOException e) {
      throw new DirectoryUnavailable(named + ": the answer broke off", e);
    }
  }

  /**
   * A stream of an object from the storage; the caller closes it.
   *
   * @return status 200 with a body, or another without
   */
  Download download(URI url) {
    return download(url, HttpRequest.newBuilder());
  }

  /** A stream of a part of an object; status 206 with a body, or another. */
  Download download(URI url, long from, long length) {
    String range = "bytes=" + from + "-" + (from + length - 1);
    return download(url, HttpRequest.newBuilder().header("Range", range));
  }

  private Download download(URI url, HttpRequest.Builder builder) {
    requireStorage(url);
    HttpRequest request = builder.uri(url).timeout(ANSWER_TIMEOUT).GET().build();
    HttpResponse<InputStream> response = send("GET from the storage of " + endpoint, request);
    return new Download(response.statusCode(), new StallGuard(response.body(), LONGEST_SILENCE));
  }

  /** What the storage sends. */
  record Download(int status, InputStream body) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /**
   * Sends an object, or a part of one, to the storage.
   *
   * @return the status
   */
  int upload(URI url, InputStream content, Digest digest) {
    requireStorage(url);
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(ANSWER_TIMEOUT.plusSeconds(digest.size() / SLOWEST_UPLOAD))
            .header(Checksum.HEADER, Checksum.value(digest.sha256()))
            .PUT(publisher(content, digest.size()))
            .build();
    HttpResponse<InputStream> response = send("PUT to the storage of " + endpoint, request);
    closeUnread(response.body());
    return response.statusCode();
  }

  /** A publisher of an array would copy all of it first. */
  private static BodyPublisher publisher(InputStream content, long size) {
    return size == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> content), size);
  }

  private static void closeUnread(InputStream body) {
    try {
      body.close();
    } catch (IOException nothingLost) {
      // The status was all we wanted.
    }
  }

  private HttpResponse<InputStream> send(String what, HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new DirectoryUnavailable(what + " failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DirectoryUnavailable(what + " was interrupted", e);
    }
  }

  /** A grant over TLS must not lead to a storage without. */
  private void requireStorage(URI url) {
    boolean plain =
        ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
            && url.getHost() != null
            && url.getUserInfo() == null;
    boolean downgraded = "https".equals(endpoint.getScheme()) && "http".equals(url.getScheme());
    if (!plain || downgraded) {
      throw new DirectoryUnavailable(endpoint + " points to a storage that we do not go to");
    }
  }

  private URI resolve(String target) {
    String base = endpoint.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + target);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
