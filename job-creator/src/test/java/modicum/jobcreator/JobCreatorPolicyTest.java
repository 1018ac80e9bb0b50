package modicum.jobcreator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.jobcreator.JobCreatorView.JobView;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.result.ResultFetch;
import modicum.jobcreator.verification.Finding;
import modicum.jobcreator.verification.VerificationMethod;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Terms;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** From what is known to what is done, case by case. */
class JobCreatorPolicyTest {
  private static final Address ALICE = address(1);
  private static final Address MEDIATOR = address(2);
  private static final long EXPIRY = 1000;
  private static final long COMPLETION = 2000;
  private static final long WINDOW = 400;
  private static final long POSTED = 1500;
  private static final Digest MANIFEST = Sha256.ofUtf8("output");
  private static final Wei DEPOSIT = Wei.of(10);

  private final Map<MatchId, JobObservation> seen = new HashMap<>();
  private final JobRecord job = record(1, VerificationMethod.RUN_AGAIN);

  private static Address address(int last) {
    return Address.fromHex("0x%040x".formatted(last));
  }

  private static JobRecord record(int number, VerificationMethod method) {
    Digest spec = Sha256.ofUtf8("job " + number);
    JobOffer offer =
        new JobOffer(
            ALICE,
            new Limits(100, 1, 1, 100),
            Prices.of(1, 1),
            COMPLETION,
            Wei.of(1),
            Bytes32.ZERO,
            spec.sha256(),
            address(3),
            Architecture.AMD64,
            number,
            EXPIRY);
    return new JobRecord(
        new MatchId(spec.sha256()),
        "job " + number,
        offer,
        Signature.of(new byte[Signature.KEY_SIGNATURE_SIZE]),
        Channel.ORDER_BOOK,
        spec,
        List.of(MEDIATOR),
        method,
        Optional.empty(),
        Path.of("results"),
        0);
  }

  private static JobView unmatched(JobRecord job, Set<Address> untrusted) {
    return new JobView(job, Stage.UNKNOWN, Optional.empty(), 0, untrusted, DEPOSIT);
  }

  private static JobView matched(JobRecord job, MatchState state) {
    Terms terms =
        new Terms(
            ALICE,
            address(4),
            MEDIATOR,
            address(3),
            COMPLETION,
            job.offer().limits().priced(),
            Prices.of(1, 1),
            Prices.of(1, 1),
            Wei.ZERO,
            Wei.ZERO,
            job.offer().estimate());
    Match match =
        new Match(
            job.id(), job.offer(), new OfferHash(Bytes32.ZERO), Wei.ZERO, terms, address(5), state);
    return new JobView(job, state.stage(), Optional.of(match), 1000, Set.of(), DEPOSIT);
  }

  private List<JobCreatorAction> decide(boolean registered, long free, long now, JobView... jobs) {
    JobCreatorView view = new JobCreatorView(registered, Wei.of(free), WINDOW, List.of(jobs));
    return new JobCreatorPolicy(true)
        .decide(view, id -> seen.getOrDefault(id, JobObservation.NOTHING), now);
  }

  private List<JobCreatorAction> decide(long now, MatchState state) {
    return decide(true, 0, now, matched(job, state));
  }

  private void see(ResultFetch fetch) {
    seen.put(job.id(), new JobObservation(true, fetch, Optional.empty(), Optional.empty()));
  }

  private void see(Finding finding) {
    seen.put(
        job.id(),
        new JobObservation(
            true, new ResultFetch.Fetched(MANIFEST), Optional.of(finding), Optional.empty()));
  }

  private static MatchState.AwaitingReaction posted(ResultStatus status) {
    return new MatchState.AwaitingReaction(result(status), POSTED + WINDOW);
  }

  private static Result result(ResultStatus status) {
    return new Result(status, Bytes32.ZERO, new Usage(1, 1));
  }

  @Test
  void registersBeforeAnythingElse() {
    assertThat(decide(false, 0, 0, unmatched(job, Set.of(MEDIATOR))))
        .containsExactly(new JobCreatorAction.Register());
  }

  @Test
  void trustsTheMediatorAndDepositsBeforeItOffers() {
    assertThat(decide(true, 9, 0, unmatched(job, Set.of(MEDIATOR))))
        .containsExactly(
            new JobCreatorAction.TrustMediators(Set.of(MEDIATOR)),
            new JobCreatorAction.DepositUpTo(DEPOSIT));
    assertThat(decide(true, 10, 0, unmatched(job, Set.of())))
        .containsExactly(new JobCreatorAction.LeaveOffer(job));
  }

  @Test
  void offersAsManyJobsAsThereIsMoneyForAndDepositsForTheRest() {
    JobRecord second = record(2, VerificationMethod.TRUST);
    assertThat(decide(true, 19, 0, unmatched(job, Set.of()), unmatched(second, Set.of())))
        .containsExactly(
            new JobCreatorAction.LeaveOffer(job), new JobCreatorAction.DepositUpTo(Wei.of(20)));
  }

  @Test
  void leavesAnOfferOnlyOnceInAWhile() {
    see(new ResultFetch.NotTried());
    assertThat(decide(true, 10, 0, unmatched(job, Set.of()))).isEmpty();
  }

  @Test
  void offersUntilTheLastSecondOfItsExpiry() {
    assertThat(decide(true, 10, EXPIRY, unmatched(job, Set.of())))
        .containsExactly(new JobCreatorAction.LeaveOffer(job));
    assertThat(decide(true, 10, EXPIRY + 1, unmatched(job, Set.of())))
        .containsExactly(new JobCreatorAction.Finish(job, JobEnd.EXPIRED));
  }

  @Test
  void waitsForAResultUntilTheDeadlineHasPassed() {
    MatchState waiting = new MatchState.AwaitingResult(COMPLETION);
    assertThat(decide(COMPLETION, waiting)).isEmpty();
    assertThat(decide(COMPLETION + 1, waiting))
        .containsExactly(new JobCreatorAction.CloseResultOverdue(job));
  }

  @Test
  void waitsForAVerdictUntilTheDeadlineHasPassed() {
    MatchState mediation =
        new MatchState.InMediation(
            result(ResultStatus.COMPLETED), RejectReason.WRONG_RESULTS, COMPLETION);
    assertThat(decide(COMPLETION, mediation)).isEmpty();
    assertThat(decide(COMPLETION + 1, mediation))
        .containsExactly(new JobCreatorAction.CloseMediationOverdue(job));
  }

  @Test
  void reactsUntilTheLastSecondAndThenClosesBySilence() {
    see(new Finding.Right("right"));
    assertThat(decide(POSTED + WINDOW, posted(ResultStatus.COMPLETED)))
        .containsExactly(new JobCreatorAction.Accept(job));
    assertThat(decide(POSTED + WINDOW + 1, posted(ResultStatus.COMPLETED)))
        .containsExactly(new JobCreatorAction.CloseBySilence(job));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"DECLINED", "DIRECTORY_UNAVAILABLE"},
      value = ResultStatus.class)
  void acceptsWhatIsFreeWithoutLooking(ResultStatus status) {
    assertThat(decide(POSTED, posted(status))).containsExactly(new JobCreatorAction.Accept(job));
  }

  @Test
  void fetchesBeforeItVerifiesAndVerifiesBeforeItReacts() {
    JobView view = matched(job, posted(ResultStatus.COMPLETED));
    assertThat(decide(true, 0, POSTED, view))
        .containsExactly(new JobCreatorAction.FetchResult(job, view.match().orElseThrow()));
    see(new ResultFetch.Fetched(MANIFEST));
    assertThat(decide(true, 0, POSTED, view))
        .containsExactly(
            new JobCreatorAction.Verify(job, view.match().orElseThrow(), 1000, MANIFEST));
    see(new Finding.Wrong(RejectReason.TOO_MUCH_COST, "dear"));
    assertThat(decide(true, 0, POSTED, view))
        .containsExactly(new JobCreatorAction.Reject(job, RejectReason.TOO_MUCH_COST, "dear"));
  }

  @ParameterizedTest
  @CsvSource({"0, false", "29, false", "30, true"})
  void givesAMissingResultHalfAMinute(long afterPosting, boolean rejects) {
    see(new ResultFetch.Missing("gone"));
    assertThat(decide(POSTED + afterPosting, posted(ResultStatus.COMPLETED)).getFirst())
        .isInstanceOf(rejects ? JobCreatorAction.Reject.class : JobCreatorAction.FetchResult.class);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "300, false", "301, true"})
  void givesAnUnreachableDirectoryMostOfTheWindow(long afterPosting, boolean rejects) {
    see(new ResultFetch.Unreachable("down"));
    assertThat(decide(POSTED + afterPosting, posted(ResultStatus.COMPLETED)).getFirst())
        .isInstanceOf(rejects ? JobCreatorAction.Reject.class : JobCreatorAction.FetchResult.class);
  }

  @Test
  void rejectsAnOutputThatCannotHaveBeenUploadedWithinTheLimits() {
    see(new ResultFetch.TooLarge("large"));
    assertThat(decide(POSTED, posted(ResultStatus.COMPLETED)))
        .containsExactly(
            new JobCreatorAction.Reject(job, RejectReason.INVALID_RESULT_STATUS, "large"));
  }

  @Test
  void acceptsWhatItCannotVerifyInTime() {
    see(new ResultFetch.Fetched(MANIFEST));
    assertThat(decide(POSTED + 301, posted(ResultStatus.COMPLETED)))
        .containsExactly(new JobCreatorAction.Accept(job));
  }

  @ParameterizedTest
  @CsvSource({
    "ACCEPTED, , true",
    "ACCEPTED_BY_SILENCE, , true",
    "MEDIATED, CORRECT_RESULTS, true",
    "MEDIATED, NON_DETERMINISTIC_JOB, true",
    "MEDIATED, WRONG_RESULTS, false",
    "MEDIATED, DIRECTORY_UNAVAILABLE, false",
    "MEDIATION_OVERDUE, , false"
  })
  void collectsTheOutputWhereItMayBeUsed(ClosingReason reason, Verdict verdict, boolean collects) {
    see(new ResultFetch.Fetched(MANIFEST));
    Optional<MatchState.Mediation> mediation =
        Optional.ofNullable(verdict)
            .map(v -> new MatchState.Mediation(v, faulty(v), new Usage(1, 1), Bytes32.ZERO));
    MatchState closed =
        new MatchState.Closed(
            reason,
            Optional.of(result(ResultStatus.COMPLETED)),
            mediation,
            new Settlement(Wei.ZERO, Wei.ZERO, Wei.ZERO, Wei.ZERO, Wei.ZERO));
    assertThat(decide(COMPLETION, closed))
        .containsExactly(
            collects
                ? new JobCreatorAction.CollectOutput(job)
                : new JobCreatorAction.Finish(job, JobEnd.CLOSED));
  }

  private static FaultyParty faulty(Verdict verdict) {
    return verdict.faultyParty();
  }

  @Test
  void doesNothingForAJobThatHasEnded() {
    seen.put(
        job.id(),
        new JobObservation(
            false, new ResultFetch.NotTried(), Optional.empty(), Optional.of(JobEnd.EXPIRED)));
    assertThat(decide(true, 0, EXPIRY + 1, unmatched(job, Set.of(MEDIATOR)))).isEmpty();
  }
}
