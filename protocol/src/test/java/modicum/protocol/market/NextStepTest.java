package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.NextStep;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Transition;
import modicum.protocol.offer.BlockTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who must act by when, and when locked money is free at the latest. */
class NextStepTest {
  private static final long COMPLETION_DEADLINE = jobOffer().build().completionDeadline();
  private static final long WINDOWS = SmallMarket.REACTION_WINDOW + SmallMarket.MEDIATION_WINDOW;

  private static final Map<Role, Transition.Actor> ACTORS =
      Map.of(
          Role.RESOURCE_PROVIDER, Transition.Actor.RESOURCE_PROVIDER,
          Role.JOB_CREATOR, Transition.Actor.JOB_CREATOR,
          Role.MEDIATOR, Transition.Actor.MEDIATOR);

  private final SmallMarket market = SmallMarket.registered();

  @Test
  void theProviderHasToPostUntilTheCompletionDeadlineWhenBothWindowsMayStillFollow() {
    MatchId match = market.advanceTo(Stage.AWAITING_RESULT);
    assertThat(market.state().nextStep(match))
        .contains(
            new NextStep(
                Role.RESOURCE_PROVIDER,
                RESOURCE_PROVIDER,
                COMPLETION_DEADLINE,
                COMPLETION_DEADLINE + WINDOWS + 1));
  }

  @Test
  void theJobCreatorHasToReactUntilTheReactionDeadline() {
    MatchId match = market.advanceTo(Stage.AWAITING_REACTION);
    long deadline = SmallMarket.START + SmallMarket.REACTION_WINDOW;
    assertThat(market.state().nextStep(match))
        .contains(
            new NextStep(
                Role.JOB_CREATOR,
                JOB_CREATOR,
                deadline,
                deadline + SmallMarket.MEDIATION_WINDOW + 1));
  }

  @Test
  void theMediatorHasToJudgeUntilTheMediationDeadline() {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    long deadline = SmallMarket.START + SmallMarket.MEDIATION_WINDOW;
    assertThat(market.state().nextStep(match))
        .contains(new NextStep(Role.MEDIATOR, MEDIATOR, deadline, deadline + 1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"UNKNOWN", "POSTED", "CANCELLED", "CLOSED"})
  void nothingIsWaitedForWhereNoMatchIsOpen(Stage stage) {
    MatchId match = market.advanceTo(stage);
    assertThat(market.state().nextStep(match)).isEmpty();
    assertThat(market.state().closableFrom(JOB_CREATOR)).isEmpty();
  }

  /** So that the two say the same in each stage. */
  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"AWAITING_RESULT", "AWAITING_REACTION", "IN_MEDIATION"})
  void whoMustActIsWhoMayByTheTableOfTransitions(Stage stage) {
    MatchId match = market.advanceTo(stage);
    NextStep step = market.state().nextStep(match).orElseThrow();
    for (Transition transition : Transition.values()) {
      if (transition.from() == stage && transition.timing() == Transition.Timing.UNTIL_DEADLINE) {
        assertThat(ACTORS.get(step.role())).isEqualTo(transition.actor());
        assertThat(transition.actor().entitled(market.state().match(match).orElseThrow().terms()))
            .contains(step.actor());
      }
    }
  }

  @Test
  void aTimeBeyondWhatTheContractCountsIsItsLast() {
    MatchId match =
        market.match(
            jobOffer().completionDeadline(BlockTime.MAXIMUM - WINDOWS).build(),
            resourceOffer().build());
    assertThat(market.state().nextStep(match).map(NextStep::closableFrom))
        .isEqualTo(Optional.of(BlockTime.MAXIMUM));
  }

  @Test
  void lockedMoneyIsFreeAtTheLatestWhenTheLastOfItsMatchesCanBeClosed() {
    MatchId first = market.match(jobOffer().nonce(1).build(), resourceOffer().nonce(1).build());
    MatchId later =
        market.match(
            jobOffer().nonce(2).completionDeadline(COMPLETION_DEADLINE + 50).build(),
            resourceOffer().nonce(2).build());
    for (Address party : new Address[] {JOB_CREATOR, RESOURCE_PROVIDER}) {
      assertThat(market.state().closableFrom(party))
          .hasValue(COMPLETION_DEADLINE + 50 + WINDOWS + 1);
    }
    market.postResult(later);
    assertThat(market.state().closableFrom(JOB_CREATOR))
        .hasValue(COMPLETION_DEADLINE + WINDOWS + 1);
    market.accept(later);
    market.postResult(first);
    market.accept(first);
    assertThat(market.state().closableFrom(JOB_CREATOR)).isEmpty();
    assertThat(market.state().closableFrom(STRANGER)).isEmpty();
    assertThat(market.state().closableFrom(MEDIATOR)).isEmpty();
  }
}
