package modicum.solver;

import modicum.ledger.Receipt;
import modicum.protocol.market.Rejection;

/** Hears what the solver does, for counting. Must be thread-safe, and not throw. */
public interface SolverObserver {
  /** Hears nothing. */
  SolverObserver NONE =
      new SolverObserver() {
        @Override
        public void matchPosted(SolverAction.PostMatch match, Receipt receipt) {}

        @Override
        public void matchRefused(SolverAction.PostMatch match, Rejection rejection) {}

        @Override
        public void offerRefused(Refusal refusal) {}
      };

  void matchPosted(SolverAction.PostMatch match, Receipt receipt);

  void matchRefused(SolverAction.PostMatch match, Rejection rejection);

  void offerRefused(Refusal refusal);
}
