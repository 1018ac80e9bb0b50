package modicum.executor.check;

import java.util.Map;
import java.util.Optional;
import modicum.executor.RunOutcome;

/**
 * What a check found.
 *
 * @param reference the first run; whatever it came to, the others should have come to the same
 * @param difference the first that was found between runs that should have been the same
 * @param held what the sandbox holds still for this job: what would differ without it
 */
public record CheckReport(
    RunOutcome reference, int runs, Optional<Difference> difference, Map<Factor, Difference> held) {
  public CheckReport {
    held = Map.copyOf(held);
  }

  public boolean isDeterministic() {
    return difference.isEmpty();
  }
}
