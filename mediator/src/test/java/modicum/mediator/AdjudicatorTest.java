package modicum.mediator;

import static modicum.mediator.Dispute.Search.FOUND;
import static modicum.mediator.Dispute.Search.NOT_FOUND;
import static modicum.mediator.Dispute.Search.NOT_NEEDED;
import static modicum.mediator.Dispute.Uptime.DISPROVED;
import static modicum.mediator.Dispute.Uptime.DOWN_AT_TIMES;
import static modicum.mediator.Dispute.Uptime.NOT_ASKED;
import static modicum.mediator.Dispute.Uptime.SEEN_DOWN;
import static modicum.mediator.Dispute.Uptime.SILENT;
import static modicum.mediator.Dispute.Uptime.UP_ALL_THE_TIME;
import static modicum.protocol.match.Verdict.CORRECT_RESULTS;
import static modicum.protocol.match.Verdict.DIRECTORY_UNAVAILABLE;
import static modicum.protocol.match.Verdict.INVALID_RESULT_STATUS;
import static modicum.protocol.match.Verdict.NON_DETERMINISTIC_JOB;
import static modicum.protocol.match.Verdict.RESULT_NOT_FOUND;
import static modicum.protocol.match.Verdict.TOO_MUCH_COST;
import static modicum.protocol.match.Verdict.WRONG_RESULTS;
import static modicum.protocol.result.ResultStatus.BANDWIDTH_EXCEEDED;
import static modicum.protocol.result.ResultStatus.COMPLETED;
import static modicum.protocol.result.ResultStatus.DECLINED;
import static modicum.protocol.result.ResultStatus.EXCEPTION_OCCURRED;
import static modicum.protocol.result.ResultStatus.INSTRUCTIONS_EXCEEDED;
import static modicum.protocol.result.ResultStatus.JOB_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.executor.job.JobResult;
import modicum.executor.job.Traffic;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.offer.Quantity;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of section 7 of the protocol, and what it leaves open. */
class AdjudicatorTest {
  /** A claim may exceed a measurement by a tenth. */
  private static final Adjudicator ADJUDICATOR =
      new Adjudicator(new MarketParameters(2, 3, 100, 100, 1000, MarketParameters.BURNT));

  private static final Manifest OUTPUT =
      new Manifest(List.of(ManifestEntry.file("out", 0644, Sha256.ofUtf8("42"))));
  private static final long UPLOAD = Traffic.ofUpload(OUTPUT);
  private static final Traffic TRAFFIC = new Traffic(200, 800, 0);
  private static final long BANDWIDTH_LIMIT = 1_000_000;

  /** What a provider moves that has to fetch everything. */
  private static final long WHOLE = 1000 + UPLOAD;

  private record Row(String finding, Dispute dispute, Reruns reruns, Verdict verdict) {
    @Override
    public String toString() {
      return finding + ": " + verdict;
    }
  }

  // ------------------------------------------------------------ vocabulary

  private static Dispute claims(ResultStatus status, RejectReason reason) {
    return claims(status, new Usage(1000, WHOLE), reason);
  }

  private static Dispute claims(ResultStatus status, Usage usage, RejectReason reason) {
    return new Dispute(status, usage, reason, NOT_ASKED, NOT_NEEDED);
  }

  private static Dispute completed(RejectReason reason) {
    return claims(COMPLETED, reason);
  }

  private static Dispute found(Dispute dispute, Dispute.Uptime uptime, Dispute.Search search) {
    return new Dispute(dispute.status(), dispute.usage(), dispute.reason(), uptime, search);
  }

  private static JobResult ended(ResultStatus status, long instructions) {
    Manifest output = status == COMPLETED ? OUTPUT : Manifest.EMPTY;
    return new JobResult(status, output, new Usage(instructions, 1), "it ended");
  }

  private static Reruns runs(JobResult... results) {
    return new Reruns(
        Arrays.asList(results), Optional.empty(), Optional.empty(), TRAFFIC, BANDWIDTH_LIMIT);
  }

  private static Reruns all(ResultStatus status) {
    return runs(ended(status, 1000), ended(status, 1000), ended(status, 1000));
  }

  private static Reruns disagreeing(Reruns reruns) {
    return new Reruns(
        reruns.results(),
        Optional.of("runs 0 and 1: out"),
        Optional.empty(),
        TRAFFIC,
        BANDWIDTH_LIMIT);
  }

  private static Reruns unlikeTheClaim(Reruns reruns) {
    return new Reruns(
        reruns.results(),
        reruns.disagreement(),
        Optional.of("run 0 and the claim: out"),
        TRAFFIC,
        BANDWIDTH_LIMIT);
  }

  // ------------------------------------------------------------- the table

  static Stream<Row> table() {
    Dispute wrong = completed(RejectReason.WRONG_RESULTS);
    Dispute cost = completed(RejectReason.TOO_MUCH_COST);
    Dispute missing = completed(RejectReason.RESULT_NOT_FOUND);
    Dispute tooDear = claims(COMPLETED, new Usage(1101, WHOLE), RejectReason.TOO_MUCH_COST);
    Dispute tooBig =
        claims(COMPLETED, new Usage(1000, WHOLE * 11 / 10 + 1), RejectReason.TOO_MUCH_COST);
    Dispute wasDown = completed(RejectReason.DIRECTORY_UNAVAILABLE);
    Dispute couldNot =
        claims(ResultStatus.DIRECTORY_UNAVAILABLE, RejectReason.INVALID_RESULT_STATUS);
    Reruns good = all(COMPLETED);
    return Stream.of(
        new Row("runs differ in output", wrong, disagreeing(good), NON_DETERMINISTIC_JOB),
        new Row(
            "runs differ in status",
            wrong,
            disagreeing(runs(ended(COMPLETED, 1), ended(EXCEPTION_OCCURRED, 1))),
            NON_DETERMINISTIC_JOB),
        new Row("all equal the claim", wrong, good, CORRECT_RESULTS),
        new Row("all equal the claim, cost doubted", cost, good, CORRECT_RESULTS),
        new Row("output differs from the claim", wrong, unlikeTheClaim(good), WRONG_RESULTS),
        new Row(
            "status differs from the claim", wrong, all(EXCEPTION_OCCURRED), INVALID_RESULT_STATUS),
        new Row("claims too many instructions", tooDear, good, TOO_MUCH_COST),
        new Row("claims too many bytes", tooBig, good, TOO_MUCH_COST),
        new Row(
            "result not there, directory up",
            found(missing, UP_ALL_THE_TIME, NOT_FOUND),
            good,
            RESULT_NOT_FOUND),
        new Row(
            "result not there, directory down",
            found(missing, DOWN_AT_TIMES, NOT_FOUND),
            good,
            DIRECTORY_UNAVAILABLE),
        new Row("result there and right", found(missing, NOT_ASKED, FOUND), good, CORRECT_RESULTS),
        new Row(
            "result there and wrong",
            found(missing, NOT_ASKED, FOUND),
            unlikeTheClaim(good),
            WRONG_RESULTS),
        new Row(
            "the job creator says down, it was",
            found(wasDown, DOWN_AT_TIMES, NOT_NEEDED),
            good,
            DIRECTORY_UNAVAILABLE),
        new Row(
            "the job creator says down, it was up",
            found(wasDown, UP_ALL_THE_TIME, NOT_NEEDED),
            good,
            CORRECT_RESULTS),
        new Row(
            "the provider says down, it was",
            found(couldNot, DOWN_AT_TIMES, NOT_NEEDED),
            good,
            DIRECTORY_UNAVAILABLE),
        new Row(
            "the provider says down, it was up",
            found(couldNot, UP_ALL_THE_TIME, NOT_NEEDED),
            good,
            INVALID_RESULT_STATUS),
        new Row(
            "the provider says down, the mediator's probes saw it",
            found(couldNot, SEEN_DOWN, NOT_NEEDED),
            good,
            DIRECTORY_UNAVAILABLE),
        new Row(
            "the job creator says down, the directory's record is disproved",
            found(wasDown, DISPROVED, NOT_NEEDED),
            good,
            DIRECTORY_UNAVAILABLE),
        new Row(
            "result not there, probes saw the directory down",
            found(missing, SEEN_DOWN, NOT_FOUND),
            good,
            DIRECTORY_UNAVAILABLE),
        new Row(
            "result not there, the directory's record is disproved",
            found(missing, DISPROVED, NOT_FOUND),
            good,
            DIRECTORY_UNAVAILABLE),
        // What the table leaves open.
        new Row(
            "the directory is silent",
            found(wrong, SILENT, NOT_NEEDED),
            good,
            DIRECTORY_UNAVAILABLE),
        new Row("given up", claims(DECLINED, RejectReason.WRONG_RESULTS), good, CORRECT_RESULTS),
        new Row("the job was taken away", wrong, all(JOB_NOT_FOUND), CORRECT_RESULTS),
        new Row(
            "the job was never there",
            claims(JOB_NOT_FOUND, Usage.NOTHING, RejectReason.INVALID_RESULT_STATUS),
            all(JOB_NOT_FOUND),
            CORRECT_RESULTS),
        new Row(
            "claims that the job is not there",
            claims(JOB_NOT_FOUND, Usage.NOTHING, RejectReason.INVALID_RESULT_STATUS),
            good,
            INVALID_RESULT_STATUS),
        new Row(
            "a job without output, rightly billed",
            claims(
                INSTRUCTIONS_EXCEEDED, new Usage(1000, 1000), RejectReason.INVALID_RESULT_STATUS),
            all(INSTRUCTIONS_EXCEEDED),
            CORRECT_RESULTS),
        new Row(
            "claims too large, and is so with its image",
            claims(BANDWIDTH_EXCEEDED, new Usage(0, 200), RejectReason.INVALID_RESULT_STATUS),
            new Reruns(good.results(), Optional.empty(), Optional.empty(), TRAFFIC, WHOLE - 1),
            CORRECT_RESULTS),
        new Row(
            "claims too large, and is not even with its image",
            claims(BANDWIDTH_EXCEEDED, new Usage(0, 200), RejectReason.INVALID_RESULT_STATUS),
            new Reruns(good.results(), Optional.empty(), Optional.empty(), TRAFFIC, WHOLE),
            INVALID_RESULT_STATUS));
  }

  @ParameterizedTest
  @MethodSource("table")
  void findsAsTheProtocolSays(Row row) {
    assertThat(ADJUDICATOR.judge(row.dispute(), row.reruns()).verdict()).isEqualTo(row.verdict());
  }

  @Test
  void everyVerdictIsReached() {
    assertThat(table().map(Row::verdict).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Verdict.values());
  }

  /** Whatever is claimed and found, there is a verdict, and it says why in one line. */
  @ParameterizedTest
  @EnumSource(ResultStatus.class)
  void hasAVerdictOnEveryClaimAndEveryRun(ResultStatus claimed) {
    for (RejectReason reason : RejectReason.values()) {
      for (ResultStatus ran : ResultStatus.values()) {
        Dispute dispute = found(claims(claimed, reason), UP_ALL_THE_TIME, FOUND);
        assertThat(ADJUDICATOR.judge(dispute, all(ran)).why()).isNotBlank().doesNotContain("\n");
      }
    }
  }

  // -------------------------------------------------------------- the order

  @Test
  void aJobThatCannotMakeUpItsMindExcusesWhateverElseIsWrong() {
    Dispute everything =
        claims(EXCEPTION_OCCURRED, new Usage(999_999, 999_999), RejectReason.TOO_MUCH_COST);
    Reruns reruns = disagreeing(unlikeTheClaim(all(COMPLETED)));

    assertThat(ADJUDICATOR.judge(everything, reruns).verdict().faultyParty())
        .isEqualTo(FaultyParty.JOB_CREATOR);
  }

  @Test
  void aWrongOutputComesBeforeItsCost() {
    Dispute dear = claims(COMPLETED, new Usage(999_999, 1), RejectReason.TOO_MUCH_COST);

    assertThat(ADJUDICATOR.judge(dear, unlikeTheClaim(all(COMPLETED))).verdict())
        .isEqualTo(WRONG_RESULTS);
  }

  @Test
  void aWrongStatusComesBeforeItsCost() {
    Dispute dear = claims(COMPLETED, new Usage(999_999, 1), RejectReason.TOO_MUCH_COST);

    assertThat(ADJUDICATOR.judge(dear, all(INSTRUCTIONS_EXCEEDED)).verdict())
        .isEqualTo(INVALID_RESULT_STATUS);
  }

  @Test
  void theReasonOfTheRejectionDoesNotLimitWhatIsFound() {
    assertThat(
            ADJUDICATOR
                .judge(completed(RejectReason.TOO_MUCH_COST), unlikeTheClaim(all(COMPLETED)))
                .verdict())
        .isEqualTo(WRONG_RESULTS);
  }

  // --------------------------------------------------------- the boundaries

  @Test
  void aClaimMayReachTheTolerance() {
    Usage most = new Usage(1100, WHOLE * 11 / 10);

    assertThat(verdictOn(most, all(COMPLETED))).isEqualTo(CORRECT_RESULTS);
  }

  @Test
  void theRunThatUsedMostCounts() {
    Reruns uneven = runs(ended(COMPLETED, 10), ended(COMPLETED, 1000), ended(COMPLETED, 20));

    assertThat(verdictOn(new Usage(1100, 0), uneven)).isEqualTo(CORRECT_RESULTS);
    assertThat(verdictOn(new Usage(1101, 0), uneven)).isEqualTo(TOO_MUCH_COST);
  }

  @Test
  void whatStartingAContainerTakesIsNotHeldAgainstAProvider() {
    Reruns brief = runs(ended(COMPLETED, 40), ended(COMPLETED, 50));
    long most = MarketParameters.INSTRUCTION_NOISE * 11 / 10;

    assertThat(verdictOn(new Usage(most, 0), brief)).isEqualTo(CORRECT_RESULTS);
    assertThat(verdictOn(new Usage(most + 1, 0), brief)).isEqualTo(TOO_MUCH_COST);
  }

  @Test
  void theLargestOfSeveralEqualOutputsCounts() {
    Manifest larger =
        new Manifest(List.of(ManifestEntry.file("out", 0644, Sha256.ofUtf8("42".repeat(500)))));
    JobResult longWinded = new JobResult(COMPLETED, larger, new Usage(1000, 1), "it ended");
    long most = (1000 + Traffic.ofUpload(larger)) * 11 / 10;

    assertThat(verdictOn(new Usage(1, most), runs(ended(COMPLETED, 1), longWinded)))
        .isEqualTo(CORRECT_RESULTS);
    assertThat(verdictOn(new Usage(1, most + 1), runs(ended(COMPLETED, 1), longWinded)))
        .isEqualTo(TOO_MUCH_COST);
  }

  @Test
  void aClaimIsCappedAtTheJobsLimits() {
    Result greedy = new Result(COMPLETED, Bytes32.ZERO, new Usage(Quantity.MAXIMUM, 5));

    Dispute dispute =
        Dispute.of(
            greedy, RejectReason.TOO_MUCH_COST, new Usage(1000, 1000), NOT_ASKED, NOT_NEEDED);

    assertThat(dispute.usage()).isEqualTo(new Usage(1000, 5));
  }

  private static Verdict verdictOn(Usage claimed, Reruns reruns) {
    return ADJUDICATOR
        .judge(claims(COMPLETED, claimed, RejectReason.TOO_MUCH_COST), reruns)
        .verdict();
  }

  @Test
  void theMeanOfManyLongRunsIsWithinWhatTheChainTakes() {
    Reruns most =
        new Reruns(
            Collections.nCopies(0xffff, ended(COMPLETED, Quantity.MAXIMUM)),
            Optional.empty(),
            Optional.empty(),
            TRAFFIC,
            BANDWIDTH_LIMIT);

    assertThat(most.meanInstructions()).isEqualTo(Quantity.MAXIMUM);
  }

  @Test
  void theMeanIsRoundedUp() {
    assertThat(
            runs(ended(COMPLETED, 1), ended(COMPLETED, 1), ended(COMPLETED, 2)).meanInstructions())
        .isEqualTo(2);
    assertThat(runs(ended(COMPLETED, 3), ended(COMPLETED, 3)).meanInstructions()).isEqualTo(3);
  }

  @Test
  void aProviderWhoseClaimEqualsAllRunsIsNeverFined() {
    for (RejectReason reason : RejectReason.values()) {
      Dispute right = found(completed(reason), UP_ALL_THE_TIME, FOUND);
      assertThat(ADJUDICATOR.judge(right, all(COMPLETED)).verdict().faultyParty())
          .isEqualTo(FaultyParty.JOB_CREATOR);
    }
  }

  @Test
  void aProviderMayHaveMovedAnImageThatTheMediatorHad() {
    Traffic withoutImage = new Traffic(200, 800, 0);
    Reruns reruns =
        new Reruns(
            all(COMPLETED).results(),
            Optional.empty(),
            Optional.empty(),
            withoutImage,
            BANDWIDTH_LIMIT);

    assertThat(verdictOn(new Usage(1000, WHOLE), reruns)).isEqualTo(CORRECT_RESULTS);
  }

  @Test
  void aBillIsLookedAtWhateverWasComplainedOf() {
    Dispute dear = claims(COMPLETED, new Usage(1101, 1), RejectReason.WRONG_RESULTS);

    assertThat(ADJUDICATOR.judge(dear, all(COMPLETED)).verdict()).isEqualTo(TOO_MUCH_COST);
  }

  @Test
  void aVerdictWithoutARunIsNoVerdict() {
    assertThatThrownBy(AdjudicatorTest::runs).isInstanceOf(IllegalArgumentException.class);
  }
}
