package modicum.solver;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides what the solver does. Pure: the same view gives the same decision. A match that is
 * underway is decided again, unchanged, until the chain shows it or one of its offers is gone, so
 * that an outage or a re-organised chain cannot lose it and no other match is posted beside it.
 */
public final class SolverPolicy {
  private final MatchFinder finder;

  public SolverPolicy(MatchFinder finder) {
    this.finder = finder;
  }

  public SolverDecision decide(SolverView view) {
    Findings findings = finder.find(view);
    List<SolverAction> actions = new ArrayList<>();
    if (!view.ended().isEmpty()) {
      actions.add(new SolverAction.ForgetOffers(view.ended()));
    }
    actions.addAll(view.underway());
    actions.addAll(findings.matches());
    return new SolverDecision(actions, findings);
  }
}
