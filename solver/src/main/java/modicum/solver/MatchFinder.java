package modicum.solver;

/**
 * Finds which job offers to match with which resource offers under which mediators. This is the one
 * place to change for a better market: whatever is found, the contract checks again, so a finder
 * can cost its solver gas and others time, but nobody money.
 *
 * <p>A finder is pure: the same view gives the same findings. {@link GreedyMatchFinder} looks at
 * every pair, which suits some thousands of offers; matching at scale (indexes by price and
 * capacity, whole-market optimisation) is another implementation of this interface.
 */
@FunctionalInterface
public interface MatchFinder {
  Findings find(SolverView view);
}
