package modicum.mediator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.Wei;

/** What a mediator does next. Pure; time is block time, seconds since 1970. */
public record MediatorPolicy(MediatorConfig config) {
  /**
   * @param toClean matches not in mediation for long enough, of which something is still here
   */
  public List<MediatorAction> decide(MediatorView view, Set<MatchId> toClean, long now) {
    List<MediatorAction> actions = new ArrayList<>();
    view.disputed().stream()
        .filter(m -> isInTime(m, now))
        .map(MediatorAction.Mediate::new)
        .forEach(actions::add);
    toClean.stream().sorted().map(MediatorAction.CleanUp::new).forEach(actions::add);
    if (!view.registered()) {
      actions.add(new MediatorAction.Register(config.registration()));
      return List.copyOf(actions);
    }
    actions.addAll(view.trustToSet());
    config.withdrawalIfAny().flatMap(w -> withdrawal(view, w)).ifPresent(actions::add);
    return List.copyOf(actions);
  }

  /** Whether a verdict would still be taken. */
  static boolean isInTime(Match disputed, long now) {
    return disputed.state() instanceof MatchState.Open open && now <= open.deadline();
  }

  private static Optional<MediatorAction> withdrawal(
      MediatorView view, MediatorConfig.Withdrawal wanted) {
    Wei spare = view.free().minusOrZero(new Wei(wanted.keep()));
    return spare.covers(new Wei(wanted.atLeast()))
        ? Optional.of(new MediatorAction.Withdraw(spare))
        : Optional.empty();
  }
}
