package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.DIRECTORY;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.SOLVER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.party.Mediator;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rows of section 5, in numbers. Both sides start with 1,000,000 wei. The estimate pi_hat is
 * 3,500, so with theta 50 and n 2 a stake is 182,000; availability is 11 (mediator) and 7
 * (directory) from each side; the incentives are 4 (job creator) and 6 (resource provider). The
 * result costs pi_c = 600 * 2 + 50 * 4 = 1,400; mediation pi_m = (500 * 1 + 60 * 2) * 2 = 1,240.
 */
class SettlementTest {
  private final SmallMarket market = SmallMarket.registered();

  @Test
  void aMatchLocksBothDepositsAndPaysTheSolver() {
    market.match();
    // d is 182,022 and 182,024; the incentive of each is spent, the rest is locked.
    requireFree(1_000_000 - 182_022, 1_000_000 - 182_024, 0, 0, 10, 0);
    assertThat(market.locked(JOB_CREATOR)).isEqualTo(Wei.of(182_018));
    assertThat(market.locked(RESOURCE_PROVIDER)).isEqualTo(Wei.of(182_018));
  }

  @Test
  void anAcceptedResultIsPaid() {
    MatchId match = market.match();
    market.postResult(match);
    market.accept(match);
    requireFree(1_000_000 - 1_400 - 22, 1_000_000 + 1_400 - 24, 22, 14, 10, 0);
    requireClosed(match, ClosingReason.ACCEPTED);
  }

  @Test
  void silenceIsAcceptance() {
    MatchId match = market.match();
    market.postResult(match);
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseBySilence(RESOURCE_PROVIDER, match));
    requireFree(1_000_000 - 1_400 - 22, 1_000_000 + 1_400 - 24, 22, 14, 10, 0);
    requireClosed(match, ClosingReason.ACCEPTED_BY_SILENCE);
  }

  @Test
  void anOverdueResultCostsItsProviderTheEstimate() {
    MatchId match = market.match();
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseResultOverdue(STRANGER, match));
    requireFree(1_000_000 + 3_500 - 22, 1_000_000 - 3_500 - 24, 22, 14, 10, 0);
    requireClosed(match, ClosingReason.RESULT_OVERDUE);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"RESULT_NOT_FOUND", "TOO_MUCH_COST", "WRONG_RESULTS", "INVALID_RESULT_STATUS"})
  void aResourceProviderAtFaultLosesItsDeposit(Verdict verdict) {
    MatchId match = mediated(verdict);
    requireFree(
        1_000_000 + 1_400 - 22, 1_000_000 - 182_024, 1_240 + 22, 14, 10, 182_000 - 1_400 - 1_240);
    requireClosed(match, ClosingReason.MEDIATED);
  }

  @ParameterizedTest
  @EnumSource(names = {"CORRECT_RESULTS", "NON_DETERMINISTIC_JOB"})
  void aJobCreatorAtFaultLosesItsDeposit(Verdict verdict) {
    MatchId match = mediated(verdict);
    requireFree(
        1_000_000 - 182_022, 1_000_000 + 1_400 - 24, 1_240 + 22, 14, 10, 182_000 - 1_400 - 1_240);
    requireClosed(match, ClosingReason.MEDIATED);
  }

  @Test
  void aDirectoryAtFaultIsNotPaidAndNobodyIsFined() {
    MatchId match = mediated(Verdict.DIRECTORY_UNAVAILABLE);
    requireFree(1_000_000 - 11 - 4, 1_000_000 - 11 - 6, 22, 0, 10, 0);
    requireClosed(match, ClosingReason.MEDIATED);
  }

  @Test
  void anOverdueMediatorIsNotPaidAndTheSidesMeetHalfWay() {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseMediationOverdue(STRANGER, match));
    requireFree(1_000_000 - 1_750 - 7 - 4, 1_000_000 + 1_750 - 7 - 6, 0, 14, 10, 0);
    requireClosed(match, ClosingReason.MEDIATION_OVERDUE);
  }

  @Test
  void theOddWeiOfAHalfStaysWithTheJobCreator() {
    // The estimate is 1001 * 3 + 100 * 5 = 3,503; its half is 1,751 and a half.
    MatchId match =
        market.match(
            jobOffer().limits(new Limits(1001, 64, 32, 100)).build(), resourceOffer().build());
    market.postResult(match);
    market.reject(match);
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseMediationOverdue(STRANGER, match));
    requireFree(1_000_000 - 1_751 - 7 - 4, 1_000_000 + 1_751 - 7 - 6, 0, 14, 10, 0);
  }

  @Test
  void aClaimAboveTheLimitsIsPaidUpToTheLimits() {
    MatchId match = market.match();
    Usage beyond = new Usage(1_000_000, 1_000_000);
    market.postResult(match, SmallMarket.result(match, ResultStatus.INSTRUCTIONS_EXCEEDED, beyond));
    market.accept(match);
    // 1000 * 2 + 100 * 4, at the provider's prices and not at the job creator's highest.
    requireFree(1_000_000 - 2_400 - 22, 1_000_000 + 2_400 - 24, 22, 14, 10, 0);
  }

  @Test
  void eachResourceOfAClaimIsCappedByItself() {
    MatchId match = market.match();
    market.postResult(
        match, SmallMarket.result(match, ResultStatus.BANDWIDTH_EXCEEDED, new Usage(1, 101)));
    market.accept(match);
    requireFree(1_000_000 - 402 - 22, 1_000_000 + 402 - 24, 22, 14, 10, 0);
  }

  @ParameterizedTest
  @EnumSource(ResultStatus.class)
  void onlyAProviderThatDidItsPartIsPaid(ResultStatus status) {
    MatchId match = market.match();
    market.postResult(match, SmallMarket.result(match, status, SmallMarket.USAGE));
    market.accept(match);
    boolean free = status == ResultStatus.DECLINED || status == ResultStatus.DIRECTORY_UNAVAILABLE;
    long price = free ? 0 : 1_400;
    requireFree(1_000_000 - price - 22, 1_000_000 + price - 24, 22, 14, 10, 0);
  }

  @Test
  void theCompensationForAFreeResultIsNothing() {
    MatchId match = market.match();
    market.postResult(match, SmallMarket.result(match, ResultStatus.DECLINED, SmallMarket.USAGE));
    market.reject(match);
    market.judge(match, Verdict.INVALID_RESULT_STATUS);
    requireFree(1_000_000 - 22, 1_000_000 - 182_024, 1_240 + 22, 14, 10, 182_000 - 1_240);
  }

  @Test
  void aMediatorIsPaidAtMostTheEstimateForEachRun() {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    market.accepts(
        new Command.PostVerdict(
            MEDIATOR,
            match,
            Verdict.WRONG_RESULTS,
            new Usage((1L << 56) - 1, (1L << 56) - 1),
            SmallMarket.EVIDENCE));
    requireFree(
        1_000_000 + 1_400 - 22,
        1_000_000 - 182_024,
        2 * 3_500 + 22,
        14,
        10,
        182_000 - 1_400 - 7_000);
  }

  @Test
  void oneAccountCanBeOnBothSides() {
    SmallMarket both = SmallMarket.empty();
    both.register(JOB_CREATOR, JOB_CREATOR);
    both.deposit(JOB_CREATOR, Wei.of(182_022 + 182_024));
    MatchId match =
        both.match(jobOffer().build(), resourceOffer().resourceProvider(JOB_CREATOR).build());
    assertThat(both.free(JOB_CREATOR)).isEqualTo(Wei.ZERO);
    assertThat(both.locked(JOB_CREATOR)).isEqualTo(Wei.of(2 * 182_018));
    both.accepts(new Command.PostResult(JOB_CREATOR, match, SmallMarket.result(match)));
    both.accept(match);
    // It paid itself for the work, and others for being there.
    assertThat(both.free(JOB_CREATOR)).isEqualTo(Wei.of(2 * 182_000));
    assertThat(both.locked(JOB_CREATOR)).isEqualTo(Wei.ZERO);
  }

  @Test
  void oneAccountOnBothSidesNeedsBothDeposits() {
    SmallMarket both = SmallMarket.empty();
    both.register(JOB_CREATOR, JOB_CREATOR);
    both.deposit(JOB_CREATOR, Wei.of(182_022 + 182_024 - 1));
    assertThat(
            both.refuses(
                SmallMarket.signedMatch(
                    jobOffer().build(), resourceOffer().resourceProvider(JOB_CREATOR).build())))
        .isEqualTo(
            Rejection.of(
                Condition.INSUFFICIENT_FUNDS, JOB_CREATOR, Wei.of(182_024), Wei.of(182_023)));
  }

  @Test
  void theSinkMayBeAnAccountLikeAnyOther() {
    MarketParameters sinkIsSolver = new MarketParameters(50, 2, 300, 900, 500, SOLVER);
    SmallMarket own = SmallMarket.registered(sinkIsSolver);
    MatchId match = own.match();
    own.postResult(match);
    own.reject(match);
    own.judge(match, Verdict.WRONG_RESULTS);
    assertThat(own.free(SOLVER)).isEqualTo(Wei.of(10 + 182_000 - 1_400 - 1_240));
    assertThat(own.state().total()).isEqualTo(Wei.of(2_000_000));
  }

  @Test
  void openMatchesKeepTheTermsTheyWereMadeWith() {
    MatchId match = market.match();
    market.accepts(
        new Command.RegisterMediator(
            MEDIATOR,
            new Mediator(
                SmallMarket.MEDIATOR_TERMS.architecture(),
                SmallMarket.MEDIATOR_TERMS.prices(),
                Wei.of(99_999))));
    market.postResult(match);
    market.accept(match);
    requireFree(1_000_000 - 1_400 - 22, 1_000_000 + 1_400 - 24, 22, 14, 10, 0);
  }

  @Test
  void aClosedMatchTellsHowItEnded() {
    MatchId match = mediated(Verdict.NON_DETERMINISTIC_JOB);
    assertThat(market.state().match(match).orElseThrow().state())
        .isEqualTo(
            new MatchState.Closed(
                ClosingReason.MEDIATED,
                Optional.of(SmallMarket.result(match)),
                Optional.of(
                    new MatchState.Mediation(
                        Verdict.NON_DETERMINISTIC_JOB,
                        FaultyParty.JOB_CREATOR,
                        SmallMarket.MEDIATOR_USAGE,
                        SmallMarket.EVIDENCE)),
                new Settlement(
                    Wei.ZERO, Wei.of(183_400), Wei.of(1_262), Wei.of(14), Wei.of(179_360))));
  }

  private MatchId mediated(Verdict verdict) {
    MatchId match = market.match();
    market.postResult(match);
    market.accepts(new Command.RejectResult(JOB_CREATOR, match, RejectReason.WRONG_RESULTS));
    market.judge(match, verdict);
    return match;
  }

  private void requireClosed(MatchId match, ClosingReason reason) {
    MatchState state = market.state().match(match).orElseThrow().state();
    assertThat(state)
        .isInstanceOfSatisfying(
            MatchState.Closed.class,
            closed -> {
              assertThat(closed.reason()).isEqualTo(reason);
              assertThat(closed.settlement().total()).isEqualTo(Wei.of(2 * 182_018));
            });
    assertThat(market.locked(JOB_CREATOR)).isEqualTo(Wei.ZERO);
    assertThat(market.locked(RESOURCE_PROVIDER)).isEqualTo(Wei.ZERO);
  }

  private void requireFree(
      long jobCreator, long provider, long mediator, long directory, long solver, long sink) {
    requireFree(JOB_CREATOR, jobCreator);
    requireFree(RESOURCE_PROVIDER, provider);
    requireFree(MEDIATOR, mediator);
    requireFree(DIRECTORY, directory);
    requireFree(SOLVER, solver);
    requireFree(MarketParameters.BURNT, sink);
    assertThat(market.state().total()).isEqualTo(Wei.of(2_000_000));
  }

  private void requireFree(Address account, long wei) {
    assertThat(market.free(account)).as("free of %s", account).isEqualTo(Wei.of(wei));
  }
}
