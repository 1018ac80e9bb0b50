package modicum.protocol.market;

import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.SOLVER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What honesty and cheating are worth. A party's fee is what it pays for the match itself:
 * availability (18 wei) and its own incentive (4 or 6 wei).
 */
class EconomicsTest {
  private static final BigInteger JOB_CREATOR_FEE = BigInteger.valueOf(22);
  private static final BigInteger RESOURCE_PROVIDER_FEE = BigInteger.valueOf(24);
  private static final BigInteger ESTIMATE = BigInteger.valueOf(3_500);
  private static final BigInteger PRICE = BigInteger.valueOf(1_400);
  private static final BigInteger STAKE = BigInteger.valueOf(182_000);

  private final SmallMarket market = SmallMarket.registered();

  /** Whatever its job creator does, with a mediator that is honest or silent. */
  private enum Against {
    ACCEPTANCE,
    SILENCE,
    REJECTION_AND_AN_HONEST_VERDICT,
    A_JOB_THAT_IS_NOT_DETERMINISTIC,
    A_DIRECTORY_THAT_IS_DOWN,
    REJECTION_AND_A_SILENT_MEDIATOR
  }

  @ParameterizedTest
  @EnumSource(Against.class)
  void anHonestProviderNeverLosesMoreThanItsFee(Against against) {
    MatchId match = market.advanceTo(Stage.AWAITING_REACTION);
    switch (against) {
      case ACCEPTANCE -> market.accept(match);
      case SILENCE -> {
        market.at(market.deadline(match) + 1);
        market.accepts(new Command.CloseBySilence(RESOURCE_PROVIDER, match));
      }
      case REJECTION_AND_AN_HONEST_VERDICT -> mediate(match, Verdict.CORRECT_RESULTS);
      case A_JOB_THAT_IS_NOT_DETERMINISTIC -> mediate(match, Verdict.NON_DETERMINISTIC_JOB);
      case A_DIRECTORY_THAT_IS_DOWN -> mediate(match, Verdict.DIRECTORY_UNAVAILABLE);
      case REJECTION_AND_A_SILENT_MEDIATOR -> waitForTheMediator(match);
    }
    assertThat(gain(RESOURCE_PROVIDER)).isGreaterThanOrEqualTo(RESOURCE_PROVIDER_FEE.negate());
  }

  @ParameterizedTest
  @EnumSource(
      value = ResultStatus.class,
      names = {"DECLINED", "DIRECTORY_UNAVAILABLE"})
  void aProviderThatCannotDoTheJobLosesItsFeeIfItSaysSo(ResultStatus status) {
    MatchId match = market.match();
    market.postResult(match, SmallMarket.result(match, status, Usage.NOTHING));
    market.accept(match);
    assertThat(gain(RESOURCE_PROVIDER)).isEqualTo(RESOURCE_PROVIDER_FEE.negate());
  }

  @Test
  void anHonestJobCreatorWhoseProviderIsSilentIsCompensated() {
    MatchId match = market.match();
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseResultOverdue(JOB_CREATOR, match));
    assertThat(gain(JOB_CREATOR)).isEqualTo(ESTIMATE.subtract(JOB_CREATOR_FEE));
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {
        "RESULT_NOT_FOUND",
        "TOO_MUCH_COST",
        "WRONG_RESULTS",
        "INVALID_RESULT_STATUS",
        "DIRECTORY_UNAVAILABLE"
      })
  void anHonestJobCreatorThatRejectsNeverLosesMoreThanItsFee(Verdict verdict) {
    mediate(market.advanceTo(Stage.AWAITING_REACTION), verdict);
    assertThat(gain(JOB_CREATOR)).isGreaterThanOrEqualTo(JOB_CREATOR_FEE.negate());
  }

  @Test
  void anAcceptedResultCostsItsPriceAndTheFee() {
    market.accept(market.advanceTo(Stage.AWAITING_REACTION));
    assertThat(gain(JOB_CREATOR)).isEqualTo(PRICE.add(JOB_CREATOR_FEE).negate());
    assertThat(gain(RESOURCE_PROVIDER)).isEqualTo(PRICE.subtract(RESOURCE_PROVIDER_FEE));
  }

  /**
   * The one case in which an honest job creator loses more than its fee: nobody said who was right,
   * so the sides meet half-way. The job creator chose the mediator, and drops it now.
   */
  @Test
  void aSilentMediatorCostsAnHonestJobCreatorAtMostHalfTheEstimate() {
    waitForTheMediator(market.advanceTo(Stage.AWAITING_REACTION));
    BigInteger half = ESTIMATE.shiftRight(1);
    assertThat(gain(JOB_CREATOR)).isGreaterThanOrEqualTo(half.add(JOB_CREATOR_FEE).negate());
  }

  static Stream<Usage> claims() {
    return Stream.of(
        Usage.NOTHING, SmallMarket.USAGE, new Usage(1000, 100), new Usage(1L << 55, 1L << 55));
  }

  @ParameterizedTest
  @MethodSource("claims")
  void nobodyPaysMoreThanTheEstimateWhateverIsClaimed(Usage claim) {
    MatchId match = market.match();
    market.postResult(match, SmallMarket.result(match, ResultStatus.COMPLETED, claim));
    market.accept(match);
    assertThat(gain(JOB_CREATOR)).isGreaterThanOrEqualTo(ESTIMATE.add(JOB_CREATOR_FEE).negate());
  }

  @Test
  void aCheatLosesItsWholeDeposit() {
    mediate(market.advanceTo(Stage.AWAITING_REACTION), Verdict.WRONG_RESULTS);
    assertThat(gain(RESOURCE_PROVIDER)).isEqualTo(STAKE.add(RESOURCE_PROVIDER_FEE).negate());
  }

  /** A cheat is caught at least so often that being caught outweighs being paid. */
  @Test
  void aCheatLosesMoreThanThetaTimesWhatItCouldHaveGained() {
    mediate(market.advanceTo(Stage.AWAITING_REACTION), Verdict.WRONG_RESULTS);
    BigInteger theta = BigInteger.valueOf(SmallMarket.PARAMETERS.penaltyRate());
    assertThat(gain(RESOURCE_PROVIDER).negate()).isGreaterThan(theta.multiply(PRICE));
  }

  /** Two accounts of one owner that quarrel on purpose lose to the sink, mediator and directory. */
  @ParameterizedTest
  @EnumSource(Verdict.class)
  void aDisputeWithOneselfNeverPays(Verdict verdict) {
    mediate(market.advanceTo(Stage.AWAITING_REACTION), verdict);
    assertThat(gain(JOB_CREATOR).add(gain(RESOURCE_PROVIDER))).isNegative();
  }

  /** The same owner's mediator does not help: it cannot draw the fine to itself. */
  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = "DIRECTORY_UNAVAILABLE",
      mode = EnumSource.Mode.EXCLUDE)
  void aMediatorCannotDrawTheFineToItself(Verdict verdict) {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    Usage shameless = new Usage(1L << 55, 1L << 55);
    market.accepts(
        new Command.PostVerdict(MEDIATOR, match, verdict, shameless, SmallMarket.EVIDENCE));
    BigInteger n = BigInteger.valueOf(SmallMarket.PARAMETERS.verificationCount());
    assertThat(market.free(MEDIATOR).value())
        .isEqualTo(n.multiply(ESTIMATE).add(BigInteger.valueOf(22)));
    assertThat(market.free(MarketParameters.BURNT).isZero()).isFalse();
  }

  @Test
  void aSolverIsPaidForAMatchWhateverComesOfIt() {
    MatchId match = market.match();
    assertThat(market.free(SOLVER)).isEqualTo(Wei.of(10));
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseResultOverdue(STRANGER, match));
    assertThat(market.free(SOLVER)).isEqualTo(Wei.of(10));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50, 0xffff})
  void everyRowSumsToWhatWasLockedWhateverThetaAndN(int thetaAndN) {
    MarketParameters parameters =
        new MarketParameters(thetaAndN, thetaAndN, 300, 900, 0, MarketParameters.BURNT);
    for (Verdict verdict : Verdict.values()) {
      SmallMarket rich = SmallMarket.registered(parameters);
      rich.deposit(JOB_CREATOR, Wei.of(1_000_000_000_000L));
      rich.deposit(RESOURCE_PROVIDER, Wei.of(1_000_000_000_000L));
      Wei before = rich.state().total();
      MatchId match = rich.advanceTo(Stage.IN_MEDIATION);
      Result greedy = SmallMarket.result(match);
      assertThat(rich.state().match(match).orElseThrow().state().postedResult()).contains(greedy);
      rich.judge(match, verdict);
      assertThat(rich.state().total()).isEqualTo(before);
      for (Address side : List.of(JOB_CREATOR, RESOURCE_PROVIDER)) {
        assertThat(rich.locked(side)).isEqualTo(Wei.ZERO);
      }
    }
  }

  private void mediate(MatchId match, Verdict verdict) {
    market.accepts(new Command.RejectResult(JOB_CREATOR, match, RejectReason.WRONG_RESULTS));
    market.judge(match, verdict);
  }

  private void waitForTheMediator(MatchId match) {
    market.reject(match);
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseMediationOverdue(STRANGER, match));
  }

  /** What a side has now more than it deposited. */
  private BigInteger gain(Address side) {
    return market.state().balance(side).total().value().subtract(SmallMarket.DEPOSIT.value());
  }
}
