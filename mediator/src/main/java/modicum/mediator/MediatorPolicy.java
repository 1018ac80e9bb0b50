package modicum.mediator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
        .filter(m -> m.state() instanceof MatchState.Open open && now <= open.deadline())
        .map(MediatorAction.Mediate::new)
        .forEach(actions::add);
    toClean.stream().sorted().map(MediatorAction.CleanUp::new).forEach(actions::add);
    if (!view.registered()) {
      actions.add(new MediatorAction.Register(config.registration()));
      return List.copyOf(actions);
    }
    actions.addAll(view.trustToSet());
    config
        .withdrawalIfAny()
        .ifPresent(
            w -> {
              Wei spare = view.free().minusOrZero(new Wei(w.keep()));
              if (spare.covers(new Wei(w.atLeast()))) {
                actions.add(new MediatorAction.Withdraw(spare));
              }
            });
    return List.copyOf(actions);
  }
}
