package modicum.ledger.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import modicum.ledger.LedgerUnavailable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a node what no ordinary client asks: what only a node for trials can do. */
final class JsonRpc {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final URI url;
  private final HttpClient client = HttpClient.newHttpClient();

  JsonRpc(URI url) {
    this.url = url;
  }

  JsonNode call(String method, Object... parameters) {
    Map<String, Object> question =
        Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(parameters));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(question)))
            .build();
    try {
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      JsonNode answer = JSON.readTree(body);
      if (answer.has("error")) {
        throw new LedgerUnavailable(method + " was refused: " + answer.get("error"));
      }
      return answer.get("result");
    } catch (IOException e) {
      throw new LedgerUnavailable("the node at " + url + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailable("interrupted while asking the node at " + url, e);
    }
  }
}
