package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Wei;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever is silent, and however late the others act, a match closes by a time known when it is
 * made, and a stranger can make it close.
 */
class EveryMatchClosesTest {
  private static final long COMPLETION_DEADLINE = jobOffer().build().completionDeadline();

  /** One second past each deadline, were all three to be used up. */
  private static final long LATEST_CLOSE =
      COMPLETION_DEADLINE + SmallMarket.REACTION_WINDOW + SmallMarket.MEDIATION_WINDOW + 1;

  /** What a job creator that is not silent does. */
  private enum Reaction {
    ACCEPT,
    REJECT
  }

  static Stream<Arguments> silences() {
    List<Arguments> cases = new ArrayList<>();
    for (int silent = 0; silent < 8; silent++) {
      for (Reaction reaction : Reaction.values()) {
        for (boolean late : new boolean[] {false, true}) {
          cases.add(
              Arguments.of(
                  (silent & 1) != 0, (silent & 2) != 0, (silent & 4) != 0, reaction, late));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "silent: provider {0}, job creator {1}, mediator {2}; {3}, late {4}")
  @MethodSource("silences")
  void closesInTimeWhoeverIsSilent(
      boolean providerIsSilent,
      boolean jobCreatorIsSilent,
      boolean mediatorIsSilent,
      Reaction reaction,
      boolean late) {
    SmallMarket market = SmallMarket.registered();
    MatchId match = market.match();
    long promised = closableFrom(market, match);
    assertThat(promised).isEqualTo(LATEST_CLOSE);
    for (int step = 0; step < 3 && isOpen(market, match); step++) {
      long deadline = market.deadline(match);
      market.at(late ? deadline : market.now());
      act(market, match, providerIsSilent, jobCreatorIsSilent, mediatorIsSilent, reaction);
      if (isOpen(market, match)) {
        assertThat(closableFrom(market, match)).as("never later").isLessThanOrEqualTo(promised);
        promised = closableFrom(market, match);
      }
      if (isOpen(market, match) && market.deadline(match) == deadline) {
        market.at(deadline + 1);
        closeByStranger(market, match);
      }
    }
    assertThat(isOpen(market, match)).isFalse();
    assertThat(market.now()).isLessThanOrEqualTo(LATEST_CLOSE);
    for (Address party : List.of(JOB_CREATOR, RESOURCE_PROVIDER)) {
      assertThat(market.locked(party)).isEqualTo(Wei.ZERO);
    }
  }

  private static void act(
      SmallMarket market,
      MatchId match,
      boolean providerIsSilent,
      boolean jobCreatorIsSilent,
      boolean mediatorIsSilent,
      Reaction reaction) {
    switch (stateOf(market, match)) {
      case MatchState.AwaitingResult waiting when !providerIsSilent -> market.postResult(match);
      case MatchState.AwaitingReaction waiting when !jobCreatorIsSilent ->
          react(market, match, reaction);
      case MatchState.InMediation waiting when !mediatorIsSilent ->
          market.accepts(
              new Command.PostVerdict(
                  MEDIATOR,
                  match,
                  Verdict.CORRECT_RESULTS,
                  SmallMarket.MEDIATOR_USAGE,
                  SmallMarket.EVIDENCE));
      default -> {}
    }
  }

  private static void react(SmallMarket market, MatchId match, Reaction reaction) {
    market.accepts(
        switch (reaction) {
          case ACCEPT -> new Command.AcceptResult(JOB_CREATOR, match);
          case REJECT -> new Command.RejectResult(JOB_CREATOR, match, RejectReason.WRONG_RESULTS);
        });
  }

  private static long closableFrom(SmallMarket market, MatchId match) {
    return market.state().nextStep(match).orElseThrow().closableFrom();
  }

  private static void closeByStranger(SmallMarket market, MatchId match) {
    market.accepts(
        switch (stateOf(market, match)) {
          case MatchState.AwaitingResult waiting -> new Command.CloseResultOverdue(STRANGER, match);
          case MatchState.AwaitingReaction waiting -> new Command.CloseBySilence(STRANGER, match);
          case MatchState.InMediation waiting -> new Command.CloseMediationOverdue(STRANGER, match);
          case MatchState.Closed closed -> throw new AssertionError("already closed");
        });
  }

  private static MatchState stateOf(SmallMarket market, MatchId match) {
    return market.state().match(match).map(Match::state).orElseThrow();
  }

  private static boolean isOpen(SmallMarket market, MatchId match) {
    return market.state().match(match).orElseThrow().isOpen();
  }
}
