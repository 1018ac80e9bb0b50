package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.LedgerFollower;
import modicum.ledger.agent.AgentHealth;
import modicum.ledger.agent.AgentLoop;
import modicum.mediator.app.MediatorService;
import modicum.protocol.identity.Trust;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class MediatorServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> get(MediatorService service, String path)
      throws IOException, InterruptedException {
    URI uri = service.endpoint().resolve(path);
    return http.send(
        HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void await(MediatorService service, String path, String content) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (!get(service, path).body().contains(content)) {
      assertThat(Instant.now()).as("%s without %s", path, content).isBefore(end);
      Thread.sleep(50);
    }
  }

  @BeforeAll
  static void bridgeLogs() {
    TestLogs.bridge();
  }

  @Test
  void saysWhatItDoesAndDidAndTwoOfThemLiveInOneProcess() throws Exception {
    TestMarket market = new TestMarket(folder.resolve("one"));
    TestMarket other = new TestMarket(folder.resolve("other"));
    market.engine.otherwise(request -> ScriptedOutcome.completed(Map.of("out.txt", "42"), 100));
    try (MediatorService service =
            MediatorService.start(market.config(), market.world(), LedgerFollower.Options.DEFAULT);
        MediatorService second =
            MediatorService.start(other.config(), other.world(), LedgerFollower.Options.DEFAULT)) {
      assertThat(service.port()).isPositive().isNotEqualTo(second.port());
      await(service, "/v1/status", "\"registered\":true");
      await(second, "/v1/status", "\"registered\":true");
      assertThat(get(service, "/v1/mediations").body()).isEqualTo("{\"open\":[],\"done\":[]}");
      Instant end = Instant.now().plus(PATIENCE);
      while (!isReady(market)) {
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(50);
      }

      MatchId match = market.match();
      market.post(
          match, ResultStatus.COMPLETED, market.putOutput(match, "43"), new Usage(100, 2000));
      market.reject(match, RejectReason.WRONG_RESULTS);

      await(service, "/v1/mediations", "\"verdict\":\"WRONG_RESULTS\"");
      String evidence =
          ((MatchState.Closed) market.seen(match).state())
              .mediation()
              .orElseThrow()
              .evidence()
              .toHex();
      assertThat(get(service, "/v1/mediations").body())
          .contains(match.toString(), evidence, "RESOURCE_PROVIDER");
      assertThat(get(service, "/v1/evidence/" + evidence).body()).contains(match.toString());
      assertThat(get(service, "/v1/evidence/" + "0".repeat(64)).statusCode()).isEqualTo(404);
      assertThat(get(service, "/v1/evidence/nonsense").statusCode()).isEqualTo(400);
      assertThat(get(service, "/actuator/health").body()).contains("UP");
      assertThat(get(service, "/actuator/prometheus").body())
          .containsPattern("modicum_mediation_seconds_count\\{verdict=\"wrong_results\"} 1")
          .contains("modicum_mediation_queue");
      assertThat(get(second, "/actuator/prometheus").body())
          .containsPattern("modicum_mediation_seconds_count\\{verdict=\"wrong_results\"} 0");
    }
  }

  /** A directory that does not answer is shown, and does not make the service ill. */
  @Test
  void showsWhatDoesNotAnswerAndGoesOn() throws Exception {
    TestMarket market = new TestMarket(folder.resolve("trouble"));
    market.engine.otherwise(request -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700));
    try (MediatorService service =
        MediatorService.start(market.config(), market.world(), LedgerFollower.Options.DEFAULT)) {
      Instant end = Instant.now().plus(PATIENCE);
      while (!isReady(market)) {
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(20);
      }
      MatchId match = market.match();
      market.serve(match);
      market.store.goDown();
      market.reject(match, RejectReason.WRONG_RESULTS);

      await(service, "/v1/status", "\"health\":\"unavailable\"");
      assertThat(get(service, "/v1/status").body()).contains("is down").contains("\"open\":1");
      assertThat(get(service, "/v1/mediations").body()).contains(match.toString(), "WRONG_RESULTS");
      assertThat(get(service, "/actuator/health").body()).contains("UP");
      assertThat(get(service, "/actuator/prometheus").body())
          .contains("modicum_mediation_queue 1.0");

      market.store.comeUp();
      await(service, "/v1/mediations", "\"verdict\":\"CORRECT_RESULTS\"");
      await(service, "/v1/status", "\"health\":\"running\"");
    }
  }

  @Test
  void saysHowItsProbesSeeTheDirectories() throws Exception {
    TestMarket market = new TestMarket(folder.resolve("probing"));
    try (MediatorService service =
        MediatorService.start(
            market.probingEvery(1), market.world(), LedgerFollower.Options.DEFAULT)) {
      String dora = "{\"directory\":\"" + market.dora.account() + "\",\"lastProbe\":{";
      await(service, "/v1/status", dora);
      assertThat(get(service, "/v1/status").body())
          .contains("\"outcome\":\"ANSWERED\"", "\"lastHead\":{\"number\":", "\"share\":1.0");
      market.store.goDown();
      await(service, "/v1/status", "\"outcome\":\"DOWN\"");
      market.store.comeUp();
      await(service, "/v1/status", "\"outcome\":\"ANSWERED\"");
      assertThat(get(service, "/v1/status").body()).contains("\"share\":0.");
    }
  }

  /** A bug is no outage: whoever watches the service is told. */
  @Test
  void isIllOnceABugStoppedItsAgent() throws Exception {
    TestMarket market = new TestMarket(folder.resolve("bug"));
    market.chain.beforeSubmit(
        command -> {
          throw new IllegalStateException("a bug");
        });
    Logger loop = (Logger) LoggerFactory.getLogger(AgentLoop.class);
    Level before = loop.getLevel();
    // It is logged with its stack trace, which is not for the log of a build.
    loop.setLevel(Level.OFF);
    try (MediatorService service =
        MediatorService.start(market.config(), market.world(), LedgerFollower.Options.DEFAULT)) {
      assertThat(service.awaitEnd()).isInstanceOf(AgentHealth.Stopped.class);
      assertThat(get(service, "/actuator/health").statusCode()).isEqualTo(503);
      assertThat(get(service, "/v1/status").body()).contains("stopped by a bug");
    } finally {
      loop.setLevel(before);
    }
  }

  private static boolean isReady(TestMarket market) {
    return market
        .chain
        .state()
        .registry()
        .trusts(Trust.MEDIATOR_SUPPORTS_BASE_LAYER, market.mia.account(), market.image.baseLayer());
  }
}
