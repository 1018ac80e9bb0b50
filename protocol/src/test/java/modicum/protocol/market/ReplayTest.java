package modicum.protocol.market;

import static modicum.protocol.fixtures.JobOfferBuilder.jobOffer;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.ResourceOfferBuilder.resourceOffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.Test;

/** A reader that folds the events has the market's state, and notices what cannot have happened. */
class ReplayTest {
  private final SmallMarket market = SmallMarket.registered();

  @Test
  void aFreshReaderReachesTheLiveState() {
    market.advanceTo(Stage.IN_MEDIATION);
    MarketState fresh = new MarketState(SmallMarket.PARAMETERS);
    market.events().forEach(fresh::replay);
    assertThat(fresh.summary()).isEqualTo(market.state().summary());
  }

  @Test
  void aSummaryDoesNotChangeWithTheMarket() {
    MatchId match = market.match();
    MarketSummary before = market.state().summary();
    market.postResult(match);
    assertThat(market.state().summary()).isNotEqualTo(before);
    assertThat(before.matches().getFirst().state().stage()).isEqualTo(Stage.AWAITING_RESULT);
  }

  @Test
  void decidingChangesNothing() {
    MarketSummary before = market.state().summary();
    market
        .market()
        .decide(SmallMarket.signedMatch(jobOffer().build(), resourceOffer().build()), market.now());
    assertThat(market.state().summary()).isEqualTo(before);
  }

  @Test
  void closedIsFinal() {
    MatchId match = market.advanceTo(Stage.CLOSED);
    MarketSummary closed = market.state().summary();
    for (MarketEvent event : laterEvents(match)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> market.state().replay(event))
          .withMessageContaining("CLOSED");
    }
    assertThat(market.state().summary()).isEqualTo(closed);
  }

  @Test
  void aMatchDoesNotSkipAStage() {
    MatchId match = market.match();
    for (MarketEvent event : laterEvents(match).subList(2, 5)) {
      assertThatIllegalStateException().isThrownBy(() -> market.state().replay(event));
    }
  }

  @Test
  void aSettlementPaysOutWhatWasLocked() {
    MatchId match = market.match();
    Settlement oneWeiShort =
        new Settlement(Wei.of(364_035), Wei.ZERO, Wei.ZERO, Wei.ZERO, Wei.ZERO);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                market
                    .state()
                    .replay(
                        new MarketEvent.MatchClosed(
                            match, ClosingReason.RESULT_OVERDUE, oneWeiShort)))
        .withMessageContaining("not what was locked");
  }

  @Test
  void aMatchIsNotMediatedWithoutAVerdict() {
    MatchId match = market.advanceTo(Stage.IN_MEDIATION);
    assertThatIllegalStateException()
        .isThrownBy(() -> market.state().replay(closed(match, ClosingReason.MEDIATED)));
  }

  @Test
  void aCancelledOfferIsNotMatched() {
    MarketEvent matched =
        SmallMarket.registered()
            .accepts(SmallMarket.signedMatch(jobOffer().build(), resourceOffer().build()))
            .getFirst();
    market.advanceTo(Stage.CANCELLED);
    assertThatIllegalStateException().isThrownBy(() -> market.state().replay(matched));
  }

  private List<MarketEvent> laterEvents(MatchId match) {
    return List.of(
        market.events().stream()
            .filter(MarketEvent.Matched.class::isInstance)
            .findFirst()
            .orElseThrow(),
        new MarketEvent.ResultPosted(match, RESOURCE_PROVIDER, SmallMarket.result(match), 1),
        new MarketEvent.ResultRejected(match, MEDIATOR, RejectReason.WRONG_RESULTS, 1),
        new MarketEvent.VerdictPosted(
            match,
            MEDIATOR,
            Verdict.WRONG_RESULTS,
            FaultyParty.RESOURCE_PROVIDER,
            SmallMarket.MEDIATOR_USAGE,
            SmallMarket.EVIDENCE),
        closed(match, ClosingReason.ACCEPTED));
  }

  private static MarketEvent closed(MatchId match, ClosingReason reason) {
    return new MarketEvent.MatchClosed(
        match, reason, new Settlement(Wei.of(364_036), Wei.ZERO, Wei.ZERO, Wei.ZERO, Wei.ZERO));
  }
}
