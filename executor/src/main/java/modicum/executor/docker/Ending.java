package modicum.executor.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is seen of a container whose job has ended.
 *
 * @param stopped why it was killed from outside, if it was
 * @param outputSize apparent size of all output files, bytes
 * @param notStarted why the job's program could not be started, if it could not
 * @param odd what is in the output that is no result, if anything
 */
record Ending(
    int exitCode,
    boolean outOfMemory,
    Duration wallTime,
    Optional<StopReason> stopped,
    Measurement measured,
    long outputSize,
    Optional<String> notStarted,
    Optional<String> odd) {
  /** What the engine puts where there is no time. */
  private static final String NEVER = "0001-01-01T00:00:00Z";

  static boolean wasStarted(ContainerState state) {
    return state.getStartedAt() != null && !state.getStartedAt().equals(NEVER);
  }

  static boolean isBeingRemoved(ContainerState state) {
    return Boolean.TRUE.equals(state.getDead()) || "removing".equals(state.getStatus());
  }

  static Instant startedAt(ContainerState state) {
    return Instant.parse(state.getStartedAt());
  }

  static Duration wallTime(ContainerState state) {
    Duration time = Duration.between(startedAt(state), Instant.parse(state.getFinishedAt()));
    return time.isNegative() ? Duration.ZERO : time;
  }
}
