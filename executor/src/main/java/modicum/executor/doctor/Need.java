package modicum.executor.doctor;

import java.util.Optional;
import modicum.protocol.job.CpuLevel;

/**
 * What a machine is to be good for.
 *
 * @param cpuLevel that it is offered for
 * @param runtime by which containers are to be run; empty for the engine's own choice
 * @param memory bytes for all jobs side by side; 0 where it is not known yet
 * @param storage bytes for all jobs side by side; 0 where it is not known yet
 */
public record Need(
    Optional<CpuLevel> cpuLevel, Optional<String> runtime, long memory, long storage) {
  /** Of a machine that is not configured yet. */
  public static final Need ANYTHING = new Need(Optional.empty(), Optional.empty(), 0, 0);
}
