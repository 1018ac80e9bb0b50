package modicum.protocol.match;

import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.offer.BlockTime;

/**
 * What an open match waits for. The contract tells the same ({@code nextStepOf}).
 *
 * @param role in which someone may act
 * @param actor who it is
 * @param deadline last block time for it, seconds since 1970
 * @param closableFrom block time from which anyone can close the match, whatever the parties do
 *     until then
 */
public record NextStep(Role role, Address actor, long deadline, long closableFrom) {
  /** Empty where the match is closed. */
  static Optional<NextStep> of(Match match, MarketParameters parameters) {
    Terms terms = match.terms();
    // Each step that is taken in time begins the window of the next one at the deadline at the
    // latest.
    return switch (match.state()) {
      case MatchState.AwaitingResult s ->
          Optional.of(
              of(
                  Role.RESOURCE_PROVIDER,
                  terms.resourceProvider(),
                  s,
                  parameters.reactionWindow() + parameters.mediationWindow()));
      case MatchState.AwaitingReaction s ->
          Optional.of(of(Role.JOB_CREATOR, terms.jobCreator(), s, parameters.mediationWindow()));
      case MatchState.InMediation s -> Optional.of(of(Role.MEDIATOR, terms.mediator(), s, 0));
      case MatchState.Closed s -> Optional.empty();
    };
  }

  private static NextStep of(Role role, Address actor, MatchState.Open state, long windows) {
    long lastDeadline = state.deadline() + windows;
    return new NextStep(
        role, actor, state.deadline(), Math.min(lastDeadline + 1, BlockTime.MAXIMUM));
  }
}
