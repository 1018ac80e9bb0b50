package modicum.mediator;

import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import modicum.directory.DirectoryUnavailable;
import modicum.executor.RunRequest;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.memory.InMemorySigner;
import modicum.protocol.content.Manifest;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediatorAgentTest {
  private static final Map<String, String> RIGHT = Map.of("out.txt", "42\n");
  private static final Map<String, String> WRONG = Map.of("out.txt", "43\n");
  private static final Usage MODEST = new Usage(100, 2000);

  @TempDir Path folder;
  private TestMarket market;
  private AgentLoop<MediatorAction> mediator;

  @BeforeEach
  void aMediatorThatIsReady() {
    market = new TestMarket(folder);
    market.engine.otherwise(request -> ScriptedOutcome.completed(RIGHT, 100));
    mediator = market.mediator();
    settle(mediator);
  }

  private MatchId dispute(Map<String, String> output, Usage usage, RejectReason reason) {
    MatchId match = market.match();
    market.post(match, output, usage);
    market.reject(match, reason);
    return match;
  }

  private MatchId claims(ResultStatus status, RejectReason reason) {
    MatchId match = market.match();
    market.post(match, status, Manifest.EMPTY, Usage.NOTHING);
    market.reject(match, reason);
    return match;
  }

  private MatchState.Mediation mediated(MatchId match) {
    return ((MatchState.Closed) market.seen(match).state()).mediation().orElseThrow();
  }

  private Verdict verdict(MatchId match) {
    settle(mediator);
    return mediated(match).verdict();
  }

  @Test
  void finesAProviderOfWrongResultsAndShowsWhereTheyDiffer() throws Exception {
    MatchId match = dispute(WRONG, MODEST, RejectReason.WRONG_RESULTS);
    assertThat(verdict(match)).isEqualTo(Verdict.WRONG_RESULTS);
    assertThat(market.engine.starts()).hasSize(2);
    byte[] evidence =
        market.aliceDirectory().read(market.mia.account(), mediated(match).evidence(), 1 << 20);
    assertThat(Evidence.signer(evidence, InMemorySigner.RECOVERY)).contains(market.mia.account());
    assertThat(new String(evidence, StandardCharsets.UTF_8))
        .contains("\"verdict\":\"WRONG_RESULTS\"", "out.txt: file 0644", match.toString());
    evidence[20] ^= 1;
    assertThat(Evidence.signer(evidence, InMemorySigner.RECOVERY)).isEmpty();
  }

  @Test
  void finesAJobCreatorThatRejectsRightResults() {
    assertThat(verdict(dispute(RIGHT, MODEST, RejectReason.WRONG_RESULTS)))
        .isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void finesAJobCreatorWhoseJobComesOutDifferentlyEachTime() {
    AtomicInteger count = new AtomicInteger();
    market.engine.otherwise(
        request -> ScriptedOutcome.completed(Map.of("out.txt", "" + count.getAndIncrement()), 100));
    assertThat(verdict(dispute(RIGHT, MODEST, RejectReason.WRONG_RESULTS)))
        .isEqualTo(Verdict.NON_DETERMINISTIC_JOB);
  }

  @Test
  void finesAProviderThatClaimsTooMuch() {
    assertThat(verdict(dispute(RIGHT, new Usage(111, 2000), RejectReason.TOO_MUCH_COST)))
        .isEqualTo(Verdict.TOO_MUCH_COST);
  }

  @Test
  void finesAProviderWhoseResultIsNotThere() {
    MatchId match = market.match();
    Manifest lost = market.publish(match, RIGHT);
    market.post(match, ResultStatus.COMPLETED, lost, MODEST);
    market.reject(match, RejectReason.RESULT_NOT_FOUND);
    market.store.lose(
        market.bob.account(), lost.entries().getFirst().content().orElseThrow().sha256());
    assertThat(verdict(match)).isEqualTo(Verdict.RESULT_NOT_FOUND);
    assertThat(market.engine.starts()).isEmpty();
  }

  @Test
  void looksAtAResultThatIsThereAfterAll() {
    assertThat(verdict(dispute(RIGHT, MODEST, RejectReason.RESULT_NOT_FOUND)))
        .isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void blamesTheDirectoryForAResultLostWhileItWasDown() {
    MatchId match = market.match();
    Manifest lost = market.publish(match, RIGHT);
    market.post(match, ResultStatus.COMPLETED, lost, MODEST);
    market.store.goDown();
    market.chain.advance(10);
    market.store.comeUp();
    market.store.lose(market.bob.account(), lost.digest().sha256());
    market.reject(match, RejectReason.RESULT_NOT_FOUND);
    assertThat(verdict(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void asksTheDirectorysRecordWhenAProviderSaysThatItWasDown() {
    MatchId lie = claims(ResultStatus.DIRECTORY_UNAVAILABLE, RejectReason.INVALID_RESULT_STATUS);
    assertThat(verdict(lie)).isEqualTo(Verdict.INVALID_RESULT_STATUS);

    MatchId truth = market.match();
    market.store.goDown();
    market.chain.advance(10);
    market.store.comeUp();
    market.post(truth, ResultStatus.DIRECTORY_UNAVAILABLE, Manifest.EMPTY, Usage.NOTHING);
    market.reject(truth, RejectReason.INVALID_RESULT_STATUS);
    assertThat(verdict(truth)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void finesAProviderThatClaimsAnotherStatus() {
    assertThat(verdict(claims(ResultStatus.EXCEPTION_OCCURRED, RejectReason.INVALID_RESULT_STATUS)))
        .isEqualTo(Verdict.INVALID_RESULT_STATUS);
    assertThat(verdict(claims(ResultStatus.JOB_NOT_FOUND, RejectReason.INVALID_RESULT_STATUS)))
        .isEqualTo(Verdict.INVALID_RESULT_STATUS);
  }

  @Test
  void findsNoFaultWithAProviderThatDeclined() {
    assertThat(verdict(claims(ResultStatus.DECLINED, RejectReason.INVALID_RESULT_STATUS)))
        .isEqualTo(Verdict.CORRECT_RESULTS);
    assertThat(market.engine.starts()).isEmpty();
  }

  private MatchId disputeWithComparator(Map<String, String> output) {
    JobSpec job = market.putJobWithComparator();
    MatchId match = market.match(market.offer(job.digest().sha256(), TestMarket.LIMITS));
    market.post(match, output, MODEST);
    market.reject(match, RejectReason.WRONG_RESULTS);
    return match;
  }

  /** The job's script by its command; what has none is the comparator. */
  private void scripts(Function<RunRequest, ScriptedOutcome> comparator) {
    market.engine.otherwise(
        request ->
            request.job().command().isEmpty()
                ? comparator.apply(request)
                : ScriptedOutcome.completed(RIGHT, 100));
  }

  @Test
  void takesOutputsForEqualThatTheJobsComparatorTakesForEqual() {
    scripts(request -> ScriptedOutcome.completed(Map.of(), 1));
    assertThat(verdict(disputeWithComparator(WRONG))).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void showsAComparatorBothOutputsWithoutTellingWhoseTheyAre() {
    AtomicInteger seen = new AtomicInteger();
    scripts(
        request -> {
          Path both = request.input().orElseThrow();
          assertThat(both.resolve("a/out.txt")).hasContent("42\n");
          assertThat(both.resolve("b/out.txt")).hasContent("43\n");
          seen.incrementAndGet();
          return ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1);
        });
    assertThat(verdict(disputeWithComparator(WRONG))).isEqualTo(Verdict.WRONG_RESULTS);
    assertThat(seen).hasValue(1);
  }

  @Test
  void waitsForADirectoryAndInTheEndBlamesIt() {
    MatchId match = dispute(RIGHT, MODEST, RejectReason.WRONG_RESULTS);
    market.store.goDown();
    assertThatThrownBy(() -> settle(mediator)).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(TestMarket.MEDIATION - 30);
    assertThat(verdict(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void leavesADisputeAloneWhoseDeadlineHasPassed() {
    MatchId match = dispute(RIGHT, MODEST, RejectReason.WRONG_RESULTS);
    market.chain.advance(TestMarket.MEDIATION + 1);
    settle(mediator);
    assertThat(market.seen(match).isOpen()).isTrue();
    assertThat(market.engine.starts()).isEmpty();
  }

  @Test
  void givesUpWhenTheDeadlinePassesDuringTheRuns() {
    MatchId match = dispute(RIGHT, MODEST, RejectReason.WRONG_RESULTS);
    market.engine.otherwise(
        request -> {
          market.chain.advance(TestMarket.MEDIATION + 1);
          return ScriptedOutcome.completed(RIGHT, 100);
        });
    settle(mediator);
    assertThat(market.seen(match).isOpen()).isTrue();
    assertThat(market.engine.starts()).hasSize(1);
  }

  @Test
  void billsTheMeanOfItsRunsAndItsShareOfTheBytes() {
    AtomicInteger count = new AtomicInteger();
    market.engine.otherwise(
        request -> ScriptedOutcome.completed(RIGHT, 100 + count.getAndIncrement()));
    MatchId match = dispute(RIGHT, MODEST, RejectReason.WRONG_RESULTS);
    verdict(match);
    assertThat(mediated(match).usage().instructions()).isEqualTo(101);
    long job =
        market.spec.canonical().length
            + market.spec.input().orElseThrow().size()
            + 6
            + market.image.archive().size();
    long claimed =
        market.aliceDirectory().findResult(match, market.bob.account()).orElseThrow().size();
    assertThat(mediated(match).usage().bandwidth()).isEqualTo(Math.ceilDiv(job + claimed, 2));
  }

  @Test
  void cleansUpOnceAMatchIsClosedForGood() {
    MatchId match = dispute(RIGHT, MODEST, RejectReason.WRONG_RESULTS);
    verdict(match);
    assertThat(market.world().executor().runs()).hasSize(2);
    market.chain.advance(20);
    settle(mediator);
    assertThat(market.world().executor().runs()).isEmpty();
    assertThat(((MatchState.Closed) market.seen(match).state()).reason())
        .isEqualTo(ClosingReason.MEDIATED);
  }
}
