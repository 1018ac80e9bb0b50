package modicum.solver;

import java.time.Duration;
import modicum.protocol.money.Wei;

/**
 * How a solver works.
 *
 * @param minimumIncentive wei that a match must bring, of both sides together
 * @param coverFees whether a match must also bring what the last one cost to post
 * @param feeMemory how long that cost is remembered, block time; after that one match is tried
 *     without knowing, to learn the present one
 * @param firstBar how long a match that the market refused is not tried again, block time; doubles
 *     with each refusal
 * @param longestBar the longest that it is not tried again
 */
public record SolverOptions(
    Wei minimumIncentive,
    boolean coverFees,
    Duration feeMemory,
    Duration firstBar,
    Duration longestBar) {
  public static final SolverOptions DEFAULT =
      new SolverOptions(
          Wei.ZERO, false, Duration.ofHours(1), Duration.ofSeconds(10), Duration.ofHours(1));

  public SolverOptions withIncentive(Wei minimum, boolean coveringFees) {
    return new SolverOptions(minimum, coveringFees, feeMemory, firstBar, longestBar);
  }
}
