package modicum.mediator;

import static modicum.mediator.TestMarket.LIMITS;
import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.folder.JobTransfer;
import modicum.executor.RunRequest;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mediator says of disputes, and how they are settled. */
class MediatorAgentTest {
  private static final ScriptedOutcome ANSWER =
      ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700);

  @TempDir Path folder;
  private TestMarket market;
  private AgentLoop<MediatorAction> mediator;

  @BeforeEach
  void aMediatorThatIsReady() {
    market = new TestMarket(folder);
    market.engine.otherwise(request -> ANSWER);
    mediator = market.mediator(market.world());
    settle(mediator);
  }

  // ------------------------------------------------------------ vocabulary

  /** The verdict, of which the settlement is as the protocol says. */
  private Verdict verdict(MatchId match) {
    settle(mediator);
    MatchState.Mediation mediation = market.mediation(match);
    assertThat(market.closed(match).settlement()).isEqualTo(settlement(match, mediation));
    return mediation.verdict();
  }

  /** Section 5, in numbers: theta 2, n 2; mediator's availability 5, directory's 3. */
  private Settlement settlement(MatchId match, MatchState.Mediation mediation) {
    Limits limits = market.seen(match).jobOffer().limits();
    long estimate = limits.instructions() * 5 + limits.bandwidth() * 2;
    long stake = estimate * (2 + 2);
    long cost = cost(market.closed(match).result().orElseThrow(), limits);
    Usage usage = mediation.usage();
    long mediated = Math.min(2 * (usage.instructions() + usage.bandwidth()), 2 * estimate);
    long sunk = stake - cost - mediated;
    return switch (mediation.faultyParty()) {
      case RESOURCE_PROVIDER -> wei(stake + cost, 0, mediated + 10, 6, sunk);
      case JOB_CREATOR -> wei(0, stake + cost, mediated + 10, 6, sunk);
      case DIRECTORY -> wei(stake + 3, stake + 3, 10, 0, 0);
    };
  }

  private static long cost(Result claim, Limits limits) {
    boolean free =
        claim.status() == ResultStatus.DECLINED
            || claim.status() == ResultStatus.DIRECTORY_UNAVAILABLE;
    return free
        ? 0
        : Math.min(claim.usage().instructions(), limits.instructions()) * 3
            + Math.min(claim.usage().bandwidth(), limits.bandwidth());
  }

  private static Settlement wei(long alice, long bob, long mia, long dora, long sink) {
    return new Settlement(Wei.of(alice), Wei.of(bob), Wei.of(mia), Wei.of(dora), Wei.of(sink));
  }

  private MatchId posted(ResultStatus status, Usage usage, RejectReason reason) {
    MatchId match = market.match();
    market.post(match, status, Manifest.EMPTY, usage);
    market.reject(match, reason);
    return match;
  }

  // ------------------------------------------------------- outputs and costs

  @ParameterizedTest
  @EnumSource(
      value = RejectReason.class,
      names = {"RESULT_NOT_FOUND", "TOO_MUCH_COST", "WRONG_RESULTS", "INVALID_RESULT_STATUS"})
  void anHonestResultIsCorrectWhateverItIsRejectedFor(RejectReason reason) {
    MatchId match = market.disputed(reason);

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
    assertThat(market.mediation(match).faultyParty()).isEqualTo(FaultyParty.JOB_CREATOR);
    assertThat(market.engine.starts()).hasSize(2).containsValues(1);
  }

  @Test
  void billsTheMeanOfTheRunsAndItsShareOfWhatItMoved() {
    market.engine.otherwise(
        request ->
            ScriptedOutcome.completed(
                Map.of("out.txt", "42\n"), 700 + 25 * request.name().attempt()));
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    settle(mediator);

    long manifest = market.ofBob().findResult(match, market.bob.account()).orElseThrow().size();
    long job =
        market.spec.canonical().length
            + market.spec.input().orElseThrow().size()
            + "1 2 3\n".length()
            + market.image.manifest().size()
            + market.imageSize();
    assertThat(market.mediation(match).usage())
        .isEqualTo(new Usage(713, Math.ceilDiv(job + manifest, 2)));
  }

  @Test
  void aForgedOutputIsTheProvidersFault() {
    MatchId match = market.match();
    market.post(match, ResultStatus.COMPLETED, market.putOutput(match, "41\n"), new Usage(700, 9));
    market.reject(match, RejectReason.WRONG_RESULTS);

    assertThat(verdict(match)).isEqualTo(Verdict.WRONG_RESULTS);
    assertThat(market.evidence(match)).contains("run 0 and the claim: out.txt");
  }

  @Test
  void anOutputThatNobodyEverSawIsTheProvidersFault() {
    MatchId match = posted(ResultStatus.COMPLETED, new Usage(1, 1), RejectReason.WRONG_RESULTS);

    assertThat(verdict(match)).isEqualTo(Verdict.WRONG_RESULTS);
  }

  @Test
  void aRightOutputThatWasLostSinceIsStillRight() {
    MatchId match = market.match();
    market.serve(match);
    market.store.lose(
        market.bob.account(),
        market.ofBob().findResult(match, market.bob.account()).orElseThrow().sha256());
    market.reject(match, RejectReason.WRONG_RESULTS);

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aJobThatIsDifferentEachTimeIsItsCreatorsFault() {
    market.engine.otherwise(
        request ->
            ScriptedOutcome.completed(Map.of("out.txt", "throw " + request.name().attempt()), 700));
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);

    assertThat(verdict(match)).isEqualTo(Verdict.NON_DETERMINISTIC_JOB);
    assertThat(market.evidence(match)).contains("runs 0 and 1: out.txt");
  }

  @Test
  void aJobThatFailsNowAndThenIsItsCreatorsFault() {
    market.engine.otherwise(
        request ->
            request.name().attempt() == 0
                ? ANSWER
                : ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1));
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);

    assertThat(verdict(match)).isEqualTo(Verdict.NON_DETERMINISTIC_JOB);
    assertThat(market.evidence(match)).contains("run 0 ends as COMPLETED, run 1 as EXCEPTION");
  }

  @Test
  void aBillAboveTheToleranceIsTheProvidersFault() {
    market.bobsRuns(request -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 771));
    assertThat(verdict(market.disputed(RejectReason.TOO_MUCH_COST)))
        .isEqualTo(Verdict.TOO_MUCH_COST);
  }

  @Test
  void aBillWithinTheToleranceIsRight() {
    market.bobsRuns(request -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 770));
    assertThat(verdict(market.disputed(RejectReason.TOO_MUCH_COST)))
        .isEqualTo(Verdict.CORRECT_RESULTS);
  }

  // ----------------------------------------------------------------- status

  @ParameterizedTest
  @EnumSource(
      value = ResultStatus.class,
      names = {
        "MEMORY_EXCEEDED",
        "STORAGE_EXCEEDED",
        "INSTRUCTIONS_EXCEEDED",
        "EXCEPTION_OCCURRED",
        "JOB_DESCRIPTION_ERROR"
      })
  void aJobThatEndsBadlyIsRightlySaidToEndSo(ResultStatus status) {
    market.bobsRuns(request -> ScriptedOutcome.ended(status, 400));
    market.engine.otherwise(request -> ScriptedOutcome.ended(status, 400));

    assertThat(verdict(market.disputed(RejectReason.INVALID_RESULT_STATUS)))
        .isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @ParameterizedTest
  @EnumSource(
      value = ResultStatus.class,
      names = {
        "MEMORY_EXCEEDED",
        "STORAGE_EXCEEDED",
        "INSTRUCTIONS_EXCEEDED",
        "BANDWIDTH_EXCEEDED",
        "EXCEPTION_OCCURRED",
        "JOB_DESCRIPTION_ERROR",
        "JOB_NOT_FOUND"
      })
  void aGoodJobIsWronglySaidToEndBadly(ResultStatus status) {
    assertThat(verdict(posted(status, new Usage(300, 300), RejectReason.INVALID_RESULT_STATUS)))
        .isEqualTo(Verdict.INVALID_RESULT_STATUS);
  }

  @Test
  void aBadJobIsWronglySaidToComplete() {
    market.engine.otherwise(request -> ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 700));

    assertThat(verdict(market.disputed(RejectReason.INVALID_RESULT_STATUS)))
        .isEqualTo(Verdict.INVALID_RESULT_STATUS);
  }

  @Test
  void aProviderMayGiveUp() {
    MatchId match = posted(ResultStatus.DECLINED, Usage.NOTHING, RejectReason.RESULT_NOT_FOUND);

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
    assertThat(market.engine.starts()).isEmpty();
  }

  // ------------------------------------------ jobs that cannot be brought here

  private static final int MARGIN = 50;

  private long withoutImage() {
    return market.spec.canonical().length
        + market.spec.input().orElseThrow().size()
        + "1 2 3\n".length()
        + market.image.manifest().size();
  }

  private MatchId servedWithin(long bandwidth) {
    MatchId match =
        market.match(
            market.spec,
            new Limits(LIMITS.instructions(), LIMITS.memory(), LIMITS.storage(), bandwidth));
    market.serve(match);
    market.reject(match, RejectReason.INVALID_RESULT_STATUS);
    return match;
  }

  private ResultStatus claimed(MatchId match) {
    return market.seen(match).state().postedResult().orElseThrow().status();
  }

  @Test
  void aProviderWithoutTheImageMayFindTheJobTooLarge() {
    MatchId match = servedWithin(withoutImage() + market.imageSize() - 1);

    assertThat(claimed(match)).isEqualTo(ResultStatus.BANDWIDTH_EXCEEDED);
    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aProviderWithoutTheImageMayFindTheOutputTooLarge() {
    MatchId match = servedWithin(withoutImage() + market.imageSize() + MARGIN);

    assertThat(claimed(match)).isEqualTo(ResultStatus.BANDWIDTH_EXCEEDED);
    assertThat(market.seen(match).state().postedResult().orElseThrow().usage().instructions())
        .isEqualTo(700);
    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aProviderThatHadTheImageMayCompleteAJobThatIsTooLargeForOthers() {
    MatchId match =
        market.match(
            market.spec,
            new Limits(
                LIMITS.instructions(), LIMITS.memory(), LIMITS.storage(), withoutImage() + 500));
    Manifest output = market.putOutput(match, "42\n");
    long moved = withoutImage() + output.digest().size() + 3;
    market.post(match, ResultStatus.COMPLETED, output, new Usage(700, moved));
    market.reject(match, RejectReason.WRONG_RESULTS);

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aJobThatWasNeverThereIsRightlyNotFound() {
    MatchId match = market.match();
    market.store.lose(market.alice.account(), market.spec.digest().sha256());
    market.serve(match);
    market.reject(match, RejectReason.INVALID_RESULT_STATUS);

    assertThat(claimed(match)).isEqualTo(ResultStatus.JOB_NOT_FOUND);
    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec", "input", "image"})
  void whoTakesAJobAwayCannotBlameItsProvider(String part) {
    MatchId match = market.match();
    market.serve(match);
    market.store.lose(
        market.alice.account(),
        switch (part) {
          case "spec" -> market.spec.digest().sha256();
          case "input" -> market.spec.input().orElseThrow().sha256();
          default -> market.image.manifest().sha256();
        });
    market.reject(match, RejectReason.WRONG_RESULTS);

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  // ------------------------------------------------------- results not found

  private MatchId missing(Tampering tampering) {
    MatchId match = market.match();
    market.serve(match);
    tampering.with(match, market.ofBob().findResult(match, market.bob.account()).orElseThrow());
    market.reject(match, RejectReason.RESULT_NOT_FOUND);
    return match;
  }

  private interface Tampering {
    void with(MatchId match, Digest manifest);
  }

  @Test
  void aResultThatWasNotAnnouncedIsNotFound() {
    MatchId match = market.match();
    market.post(
        match, ResultStatus.COMPLETED, Hostile.listing(Sha256.ofUtf8("x")), new Usage(1, 1));
    market.reject(match, RejectReason.RESULT_NOT_FOUND);

    assertThat(verdict(match)).isEqualTo(Verdict.RESULT_NOT_FOUND);
    assertThat(market.engine.starts()).isEmpty();
  }

  @Test
  void aResultWhoseManifestWasLostIsNotFound() {
    MatchId match =
        missing((m, manifest) -> market.store.lose(market.bob.account(), manifest.sha256()));

    assertThat(verdict(match)).isEqualTo(Verdict.RESULT_NOT_FOUND);
  }

  @Test
  void aResultOfWhichAFileIsSpoiltIsNotFound() {
    MatchId match =
        missing(
            (m, manifest) ->
                market.store.spoil(market.bob.account(), Sha256.ofUtf8("42\n").sha256()));

    assertThat(verdict(match)).isEqualTo(Verdict.RESULT_NOT_FOUND);
  }

  @Test
  void aResultThatIsNotThePostedOneIsNotFound() {
    MatchId match = missing((m, manifest) -> market.putOutput(m, "something else"));

    assertThat(verdict(match)).isEqualTo(Verdict.RESULT_NOT_FOUND);
  }

  @Test
  void aResultNotFoundInADirectoryThatWasDownIsNoOnesFaultButTheDirectorys() {
    MatchId match =
        missing(
            (m, manifest) -> {
              market.store.lose(market.bob.account(), manifest.sha256());
              market.store.goDown();
              market.chain.advance(10);
              market.store.comeUp();
            });

    assertThat(verdict(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
  }

  // ---------------------------------------------------- directories that fail

  private void outage() {
    market.chain.advance(1);
    market.store.goDown();
    market.chain.advance(10);
    market.store.comeUp();
    market.chain.advance(10);
  }

  @Test
  void aProviderRightlySaysThatTheDirectoryWasDown() {
    MatchId match = market.match();
    outage();
    market.post(match, ResultStatus.DIRECTORY_UNAVAILABLE);
    market.reject(match, RejectReason.INVALID_RESULT_STATUS);

    assertThat(verdict(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void aProviderWronglySaysThatTheDirectoryWasDown() {
    outage();
    MatchId match = market.match();
    market.chain.advance(10);
    market.post(match, ResultStatus.DIRECTORY_UNAVAILABLE);
    outage();
    market.reject(match, RejectReason.INVALID_RESULT_STATUS);

    assertThat(verdict(match)).isEqualTo(Verdict.INVALID_RESULT_STATUS);
  }

  @Test
  void aJobCreatorRightlySaysThatTheDirectoryWasDown() {
    MatchId match = market.match();
    market.serve(match);
    outage();
    market.reject(match, RejectReason.DIRECTORY_UNAVAILABLE);

    assertThat(verdict(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void aJobCreatorWronglySaysThatTheDirectoryWasDown() {
    MatchId match = market.match();
    outage();
    market.serve(match);
    market.chain.advance(10);
    market.reject(match, RejectReason.DIRECTORY_UNAVAILABLE);
    outage();

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aSilentDirectoryIsWaitedForUntilTheDeadlineIsNear() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.store.goDown();
    assertThatThrownBy(mediator::step).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(TestMarket.PATIENCE - 1);
    assertThatThrownBy(mediator::step).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(1);

    assertThat(verdict(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
    assertThat(market.engine.starts()).isEmpty();
  }

  @Test
  void aDirectoryThatComesBackInTimeIsForgiven() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.store.goDown();
    assertThatThrownBy(mediator::step).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(TestMarket.PATIENCE);
    market.store.comeUp();

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aVerdictIsPostedWithoutItsEvidenceStoredRatherThanTooLate() throws Exception {
    market.engine.otherwise(
        request -> {
          if (request.name().attempt() == 1) {
            market.store.goDown();
          }
          return ANSWER;
        });
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    assertThatThrownBy(mediator::step).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(TestMarket.PATIENCE);

    assertThat(verdict(match)).isEqualTo(Verdict.CORRECT_RESULTS);
    assertThat(market.engine.starts()).hasSize(2).containsValues(1);
    MediatorAgent restarted =
        new MediatorAgent(market.config(), market.world(), MediatorMeter.NONE);
    assertThat(restarted.evidence(market.mediation(match).evidence())).isPresent();
  }

  // ------------------------------------------------------------- comparators

  private MatchId differingByOneSpace(RejectReason reason) {
    JobSpec job = market.putJob(new Equality.Comparator(market.putImage("a comparator")));
    MatchId match = market.match(job, LIMITS);
    market.bobsRuns(request -> ScriptedOutcome.completed(Map.of("out.txt", "42 \n"), 700));
    market.serve(match);
    market.reject(match, reason);
    return match;
  }

  /** The job's runs, and what its comparator says: by the contents of two folders. */
  private void comparatorSays(BiPredicate<String, String> equal) {
    market.engine.otherwise(
        request ->
            request.name().attempt() < 2
                ? ANSWER
                : says(equal.test(shown(request, "a"), shown(request, "b"))));
  }

  private static ScriptedOutcome says(boolean equal) {
    return equal
        ? ScriptedOutcome.completed(Map.of(), 1)
        : ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1);
  }

  private static String shown(RunRequest request, String which) {
    try {
      return Files.readString(request.input().orElseThrow().resolve(which).resolve("out.txt"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void outputsThatAComparatorSaysAreEqualAreEqual() {
    comparatorSays((a, b) -> a.strip().equals(b.strip()));

    assertThat(verdict(differingByOneSpace(RejectReason.WRONG_RESULTS)))
        .isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void outputsThatAComparatorSaysAreDifferentAreWrong() {
    comparatorSays(String::equals);

    MatchId match = differingByOneSpace(RejectReason.RESULT_NOT_FOUND);
    assertThat(verdict(match)).isEqualTo(Verdict.WRONG_RESULTS);
    assertThat(market.evidence(match)).contains("the job's comparator says different");
  }

  @Test
  void aComparatorThatDoesNotRecogniseAnOutputAsItselfIsItsCreatorsFault() {
    comparatorSays((a, b) -> false);

    assertThat(verdict(differingByOneSpace(RejectReason.WRONG_RESULTS)))
        .isEqualTo(Verdict.NON_DETERMINISTIC_JOB);
  }

  @Test
  void aComparatorThatIsNotThereIsItsCreatorsFault() {
    comparatorSays((a, b) -> true);
    MatchId match = differingByOneSpace(RejectReason.WRONG_RESULTS);
    JobSpec job = specOf(match);
    market.store.lose(
        market.alice.account(), ((Equality.Comparator) job.equality()).image().manifest().sha256());

    assertThat(verdict(match)).isEqualTo(Verdict.NON_DETERMINISTIC_JOB);
  }

  @Test
  void runsThatDifferAreAskedToTheComparatorToo() {
    market.engine.otherwise(
        request ->
            request.name().attempt() < 2
                ? ScriptedOutcome.completed(
                    Map.of("out.txt", "42" + " ".repeat(request.name().attempt())), 700)
                : says(shown(request, "a").strip().equals(shown(request, "b").strip())));

    assertThat(verdict(differingByOneSpace(RejectReason.WRONG_RESULTS)))
        .isEqualTo(Verdict.CORRECT_RESULTS);
  }

  private JobSpec specOf(MatchId match) {
    try {
      return JobTransfer.readSpec(
          market.ofAlice(), market.alice.account(), market.seen(match).jobOffer().jobDigest());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // ---------------------------------------------------------------- afterwards

  @Test
  void leavesNothingBehindOnceTheMatchIsClosedForAWhile() {
    MatchId match = market.disputed(RejectReason.RESULT_NOT_FOUND);
    settle(mediator);
    assertThat(market.world().executor().runs()).hasSize(2);

    market.chain.advance(TestMarket.GRACE - 1);
    settle(mediator);
    assertThat(market.world().executor().runs()).hasSize(2);

    market.chain.advance(1);
    settle(mediator);
    assertThat(market.world().executor().runs()).isEmpty();
    assertThat(folder.resolve("mia/jobs")).isEmptyDirectory();
    assertThat(folder.resolve("mia/claims")).isEmptyDirectory();
    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void cleansUpAfterAMatchForWhichItFoundNoVerdictInTime() {
    market.disputed(RejectReason.WRONG_RESULTS);
    market.chain.beforeSubmit(
        command -> {
          throw new LedgerUnavailable("down");
        });
    assertThatThrownBy(mediator::step).isInstanceOf(LedgerUnavailable.class);
    assertThat(market.world().executor().runs()).hasSize(2);

    market.chain.advance(TestMarket.MEDIATION + 1);
    settle(mediator);
    market.chain.advance(TestMarket.GRACE);
    settle(mediator);

    assertThat(market.world().executor().runs()).isEmpty();
  }

  @Test
  void disputesAreHeardOneByOneOfMany() {
    List<MatchId> matches =
        IntStream.range(0, 5).mapToObj(i -> market.disputed(RejectReason.WRONG_RESULTS)).toList();

    settle(mediator);

    assertThat(matches)
        .allSatisfy(
            m -> assertThat(market.mediation(m).verdict()).isEqualTo(Verdict.CORRECT_RESULTS));
    assertThat(market.engine.starts()).hasSize(10).containsValues(1);
  }
}
