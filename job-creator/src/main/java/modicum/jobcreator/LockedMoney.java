package modicum.jobcreator;

import java.util.OptionalLong;
import modicum.protocol.identity.Address;
import modicum.protocol.market.MarketState;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.MarketParameters;

/** When the money that is locked for matches becomes free, whoever is silent. Pure. */
public final class LockedMoney {
  private LockedMoney() {}

  /**
   * The block time after which every open match of an account can be closed by anyone, seconds
   * since 1970; empty where nothing is locked.
   */
  public static OptionalLong freeAfter(MarketState state, Address account) {
    MarketParameters parameters = state.pricing().parameters();
    return state.matches().stream()
        .filter(Match::isOpen)
        .filter(match -> concerns(match, account))
        .mapToLong(match -> lastDeadline(match, parameters))
        .max();
  }

  private static boolean concerns(Match match, Address account) {
    return match.terms().jobCreator().equals(account)
        || match.terms().resourceProvider().equals(account);
  }

  private static long lastDeadline(Match match, MarketParameters parameters) {
    return switch (match.state()) {
      case MatchState.AwaitingResult waiting ->
          waiting.deadline() + parameters.reactionWindow() + parameters.mediationWindow();
      case MatchState.AwaitingReaction waiting -> waiting.deadline() + parameters.mediationWindow();
      case MatchState.InMediation mediation -> mediation.deadline();
      case MatchState.Closed closed -> throw new IllegalArgumentException("closed: " + match.id());
    };
  }
}
