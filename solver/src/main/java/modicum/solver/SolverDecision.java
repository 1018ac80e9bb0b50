package modicum.solver;

import java.util.List;

/** What to do now, and what was found on the way, for whoever asks why nothing is done. */
public record SolverDecision(List<SolverAction> actions, Findings findings) {
  public SolverDecision {
    actions = List.copyOf(actions);
  }
}
