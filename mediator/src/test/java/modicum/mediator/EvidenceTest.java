package modicum.mediator;

import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.memory.InMemorySigner;
import modicum.protocol.content.Sha256;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a mediator shows for its verdict. */
class EvidenceTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private TestMarket market;
  private MatchId match;
  private String file;

  @BeforeEach
  void aForgeryIsFoundOut() {
    market = new TestMarket(folder.resolve("first"));
    match = forgery(market);
    file = market.evidence(match);
  }

  private static MatchId forgery(TestMarket market) {
    market.engine.otherwise(
        request ->
            ScriptedOutcome.completed(
                Map.of("a.txt", "same", "out.txt", "42\n"), 700 + request.name().attempt()));
    settle(market.mediator(market.world()));
    MatchId match = market.match();
    market.post(match, ResultStatus.COMPLETED, market.putOutput(match, "41\n"), new Usage(650, 99));
    market.reject(match, RejectReason.WRONG_RESULTS);
    settle(market.mediator(market.world()));
    return match;
  }

  private JsonNode evidence() {
    return JSON.readTree(file).path("evidence");
  }

  private static boolean isSigned(String text) {
    return Evidence.signer(text.getBytes(StandardCharsets.UTF_8), InMemorySigner.RECOVERY)
        .isPresent();
  }

  @Test
  void isSignedByTheMediator() {
    assertThat(Evidence.signer(file.getBytes(StandardCharsets.UTF_8), InMemorySigner.RECOVERY))
        .contains(market.mia.account());
  }

  @Test
  void isTheFileThatTheVerdictNames() {
    assertThat(Sha256.of(file.getBytes(StandardCharsets.UTF_8)).sha256())
        .isEqualTo(market.mediation(match).evidence());
  }

  @Test
  void isTheSameWheneverTheSameIsFound() {
    TestMarket again = new TestMarket(folder.resolve("second"));

    assertThat(again.evidence(forgery(again))).isEqualTo(file);
  }

  @Test
  void saysWhatWasClaimedAndWhatWasFound() {
    JsonNode claim = evidence().path("claim");
    assertThat(claim.path("status").asString()).isEqualTo("COMPLETED");
    assertThat(claim.path("usage").path("instructions").asLong()).isEqualTo(650);
    assertThat(claim.path("rejectedBecause").asString()).isEqualTo("WRONG_RESULTS");
    assertThat(evidence().path("verdict").asString()).isEqualTo("WRONG_RESULTS");
    assertThat(evidence().path("faultyParty").asString()).isEqualTo("RESOURCE_PROVIDER");
    assertThat(evidence().path("match").asString()).isEqualTo(match.toString());
  }

  @Test
  void namesTheFirstFileThatDiffers() {
    assertThat(evidence().path("differenceFromClaim").asString())
        .isEqualTo("run 0 and the claim: a.txt: only in the first");
  }

  @Test
  void hasWhatItTakesToRunTheJobAgain() {
    assertThat(evidence().path("jobDigest").asString())
        .isEqualTo(market.spec.digest().sha256().toHex());
    JsonNode job = evidence().path("job");
    assertThat(job.path("imageId").asString()).isEqualTo(market.image.id().toHex());
    assertThat(job.path("imageManifest").asString()).isEqualTo(market.image.manifest().toString());
    assertThat(job.path("input").asString())
        .isEqualTo(market.spec.input().orElseThrow().toString());
    JsonNode sandbox = evidence().path("sandbox");
    assertThat(sandbox.path("description").asString()).isEqualTo("scripted");
    assertThat(sandbox.path("instructionLimit").asLong()).isEqualTo(1000);
    assertThat(sandbox.path("nanosecondsPerInstruction").asLong()).isEqualTo(1_000_000);
  }

  @Test
  void showsEachRun() {
    JsonNode runs = evidence().path("runs");
    assertThat(runs.size()).isEqualTo(2);
    assertThat(runs.get(0).path("usage").path("instructions").asLong()).isEqualTo(700);
    assertThat(runs.get(1).path("usage").path("instructions").asLong()).isEqualTo(701);
    assertThat(runs.get(1).path("cpuNanoseconds").asLong()).isEqualTo(701_000_000);
    assertThat(runs.get(0).path("status").asString()).isEqualTo("COMPLETED");
    assertThat(runs.get(0).path("resultDigest").asString())
        .hasSize(64)
        .isEqualTo(runs.get(1).path("resultDigest").asString());
  }

  @Test
  void cannotBeChanged() {
    assertThat(isSigned(file.replace("WRONG_RESULTS", "CORRECT_RESULTS"))).isFalse();
    assertThat(isSigned(file.replace("\"instructions\":700", "\"instructions\":701"))).isFalse();
    String mia = "\"mediator\":\"" + market.mia.account() + "\",\"signature\"";
    String bob = "\"mediator\":\"" + market.bob.account() + "\",\"signature\"";
    assertThat(file).contains(mia);
    assertThat(isSigned(file.replace(mia, bob))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "null",
        "[]",
        "{}",
        "{\"evidence\":{},\"mediator\":7,\"signature\":null}",
        "{\"evidence\":{},\"mediator\":\"0x00\",\"signature\":\"0x00\"}"
      })
  void whatIsNoEvidenceIsSignedByNobody(String text) {
    assertThat(isSigned(text)).isFalse();
  }

  @Test
  void endlessNestingIsNoEvidence() {
    assertThat(isSigned("[".repeat(100_000))).isFalse();
  }
}
