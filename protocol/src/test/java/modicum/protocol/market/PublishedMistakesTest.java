package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.party.Mediator;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the published implementations got wrong, by the numbers of section 10 of the protocol, as
 * far as the rules decide it. The others belong to whoever runs jobs and talks to the outside:
 *
 * <ul>
 *   <li>3, one run and blame by a string comparison: the mediator's adjudication;
 *   <li>5, verification under {@code if False} and timeouts never scheduled: the agents of job
 *       creator and resource provider;
 *   <li>6, limits that were never set and a bandwidth that was always 0: the executor and the
 *       resource provider;
 *   <li>8, a solver that forgets: the solver;
 *   <li>9, Unix users made by a shell: the directory;
 *   <li>10, interface and implementation that differ by a letter, {@code tx.origin}, a mediator
 *       picked from the block time: the contract and its generated bindings.
 * </ul>
 */
class PublishedMistakesTest {
  private final SmallMarket market = SmallMarket.registered();

  @Test
  void mistake1NobodyPostsAnothersResult() {
    MatchId match = market.match();
    for (Address caller : List.of(STRANGER, JOB_CREATOR, MEDIATOR)) {
      assertThat(market.refuses(new Command.PostResult(caller, match, SmallMarket.result(match))))
          .isEqualTo(Rejection.of(Condition.NOT_ENTITLED, RESOURCE_PROVIDER, caller));
    }
  }

  @Test
  void mistake1NothingIsPostedForAMatchThatIsNotThere() {
    MatchId nowhere = SmallMarket.HASHER.hash(jobOffer().build()).asMatchId();
    assertThat(
            market.refuses(
                new Command.PostResult(RESOURCE_PROVIDER, nowhere, SmallMarket.result(nowhere))))
        .isEqualTo(
            Rejection.of(Condition.NOT_IN_STAGE, nowhere, Stage.AWAITING_RESULT, Stage.UNKNOWN));
  }

  @Test
  void mistake1MoneyReallyMoves() {
    market.accept(market.advanceTo(Stage.AWAITING_REACTION));
    assertThat(market.free(RESOURCE_PROVIDER).covers(SmallMarket.DEPOSIT)).isTrue();
    assertThat(market.free(JOB_CREATOR).covers(SmallMarket.DEPOSIT)).isFalse();
  }

  @Test
  void mistake2AFeasibleMatchIsMadeAndAnInfeasibleOneIsNot() {
    assertThat(
            market
                .refuses(
                    SmallMarket.signedMatch(
                        jobOffer().maxPrices(Prices.of(1, 5)).build(), resourceOffer().build()))
                .condition())
        .isEqualTo(Condition.INSTRUCTION_PRICE_TOO_HIGH);
    market.accepts(SmallMarket.signedMatch(jobOffer().build(), resourceOffer().build()));
  }

  @Test
  void mistake3AMediatorIsPaidForNRuns() {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    market.judge(match, Verdict.CORRECT_RESULTS);
    // One run costs 500 * 1 + 60 * 2 wei; 22 are for being available.
    assertThat(market.free(MEDIATOR)).isEqualTo(Wei.of(2 * 620 + 22));
  }

  @Test
  void mistake3TheJobCreatorIsNotAlwaysToBlame() {
    assertThat(Arrays.stream(Verdict.values()).map(Verdict::faultyParty).distinct()).hasSize(3);
  }

  @Test
  void mistake4TheResultDigestHasNoTimesInIt() {
    Manifest one =
        new Manifest(
            List.of(
                ManifestEntry.file("image.ppm", 0644, Sha256.ofUtf8("pixels")),
                ManifestEntry.directory("logs", 0755)));
    Manifest other =
        new Manifest(
            List.of(
                ManifestEntry.directory("logs", 0755),
                ManifestEntry.file("image.ppm", 0644, Sha256.ofUtf8("pixels"))));
    assertThat(one.digest()).isEqualTo(other.digest());
    assertThat(
            Arrays.stream(ManifestEntry.class.getRecordComponents()).map(RecordComponent::getName))
        .containsExactly("path", "type", "mode", "content", "target");
  }

  @ParameterizedTest
  @EnumSource(ResultStatus.class)
  void mistake6EveryStatusCanOccur(ResultStatus status) {
    MatchId match = market.match();
    market.postResult(match, SmallMarket.result(match, status, SmallMarket.USAGE));
    assertThat(market.state().match(match).orElseThrow().state().postedResult())
        .contains(SmallMarket.result(match, status, SmallMarket.USAGE));
  }

  @Test
  void mistake7TheReactionDeadlineIsTheRightWayRound() {
    MatchId match = market.advanceTo(Stage.AWAITING_REACTION);
    long deadline = market.deadline(match);
    Command accept = new Command.AcceptResult(JOB_CREATOR, match);
    Command silence = new Command.CloseBySilence(RESOURCE_PROVIDER, match);
    market.at(deadline);
    assertThat(market.refuses(silence).condition()).isEqualTo(Condition.DEADLINE_NOT_PASSED);
    market.at(deadline + 1);
    assertThat(market.refuses(accept).condition()).isEqualTo(Condition.DEADLINE_PASSED);
    market.accepts(silence);
  }

  @Test
  void mistake7ClosingPaysFromTheDepositOfWhoOwes() {
    SmallMarket two = SmallMarket.registered();
    MatchId cheated = two.advanceTo(Stage.AWAITING_REACTION);
    MatchId other = two.match(jobOffer().nonce(2).build(), resourceOffer().nonce(2).build());
    two.reject(cheated);
    two.judge(cheated, Verdict.WRONG_RESULTS);
    // The other match between the same two keeps its own deposits untouched.
    assertThat(two.locked(JOB_CREATOR)).isEqualTo(Wei.of(182_018));
    assertThat(two.locked(RESOURCE_PROVIDER)).isEqualTo(Wei.of(182_018));
    two.postResult(other);
    two.accept(other);
    assertThat(two.locked(RESOURCE_PROVIDER)).isEqualTo(Wei.ZERO);
  }

  @Test
  void mistake7NoTimeoutTakesTheProvidersDepositAfterItsResult() {
    MatchId match = market.match();
    market.postResult(match);
    market.at(jobOffer().build().completionDeadline() + 1);
    assertThat(market.refuses(new Command.CloseResultOverdue(JOB_CREATOR, match)))
        .isEqualTo(
            Rejection.of(
                Condition.NOT_IN_STAGE, match, Stage.AWAITING_RESULT, Stage.AWAITING_REACTION));
    market.accepts(new Command.CloseBySilence(RESOURCE_PROVIDER, match));
    assertThat(market.free(RESOURCE_PROVIDER)).isEqualTo(Wei.of(1_000_000 + 1_400 - 24));
  }

  @Test
  void mistake7AMediatorsWordOnItsUsageIsCapped() {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    Usage shameless = new Usage((1L << 56) - 1, (1L << 56) - 1);
    market.accepts(
        new Command.PostVerdict(
            MEDIATOR, match, Verdict.CORRECT_RESULTS, shameless, SmallMarket.EVIDENCE));
    assertThat(market.free(MEDIATOR)).isEqualTo(Wei.of(2 * 3_500 + 22));
  }

  @Test
  void mistake7AMediatorCannotRaiseItsPricesUnderAnOpenMatch() {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    market.accepts(
        new Command.RegisterMediator(
            MEDIATOR,
            new Mediator(SmallMarket.MEDIATOR_TERMS.architecture(), Prices.of(3, 3), Wei.of(999))));
    market.judge(match, Verdict.CORRECT_RESULTS);
    assertThat(market.free(MEDIATOR)).isEqualTo(Wei.of(2 * 620 + 22));
  }

  /** There is no command that an owner, or the sink, could take other people's money with. */
  @Test
  void mistake7NobodyDrainsTheMarket() {
    market.advanceTo(Stage.AWAITING_REACTION);
    for (Address account : List.of(STRANGER, MarketParameters.BURNT, MEDIATOR)) {
      assertThat(market.refuses(new Command.Withdraw(account, Wei.of(1))))
          .isEqualTo(Rejection.of(Condition.INSUFFICIENT_FUNDS, account, Wei.of(1), Wei.ZERO));
    }
  }

  @Test
  void mistake8ARefusedMatchLeavesBothOffersToBeMatchedAgain() {
    JobOffer job = jobOffer().build();
    market.accepts(new Command.Withdraw(JOB_CREATOR, SmallMarket.DEPOSIT));
    market.refuses(SmallMarket.signedMatch(job, resourceOffer().build()));
    market.deposit(JOB_CREATOR, SmallMarket.DEPOSIT);
    market.accepts(SmallMarket.signedMatch(job, resourceOffer().build()));
  }

  @Test
  void mistake8ACancelledOfferIsNotMatched() {
    JobOffer job = jobOffer().build();
    market.accepts(new Command.CancelJobOffer(JOB_CREATOR, job));
    assertThat(market.refuses(SmallMarket.signedMatch(job, resourceOffer().build())).condition())
        .isEqualTo(Condition.OFFER_IS_CANCELLED);
  }

  @Test
  void mistake10CollateralThatGoesInComesOut() {
    MatchId match = market.advanceTo(Stage.AWAITING_REACTION);
    market.accepts(new Command.RejectResult(JOB_CREATOR, match, RejectReason.WRONG_RESULTS));
    market.at(market.deadline(match) + 1);
    market.accepts(new Command.CloseMediationOverdue(STRANGER, match));
    for (Address account : List.copyOf(market.state().balances().keySet())) {
      Wei free = market.free(account);
      if (!free.isZero()) {
        market.accepts(new Command.Withdraw(account, free));
      }
    }
    assertThat(market.state().total()).isEqualTo(Wei.ZERO);
  }
}
