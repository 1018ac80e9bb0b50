package modicum.executor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import modicum.executor.sandbox.Conditions;
import modicum.protocol.job.JobSpec;
import modicum.protocol.offer.Limits;

/**
 * A run to be started.
 *
 * @param input folder with the job's input, verified; mounted read-only. Whoever makes it lets
 *     everyone read it and gives its files one fixed time: the job sees these, and its user may be
 *     another than the agent's
 * @param limits of the job; its bandwidth limit is kept by whoever moves the bytes, not here
 * @param timePerInstruction nanoseconds of CPU time that count as one instruction on this machine
 * @param wallClock how long the run may take at most; exceeding it counts as exceeding the
 *     instruction limit
 * @param conditions normal ones, unless a job is being checked
 */
public record RunRequest(
    RunName name,
    JobSpec job,
    Optional<Path> input,
    Limits limits,
    long timePerInstruction,
    Duration wallClock,
    Conditions conditions) {
  /** A run under normal conditions. */
  public RunRequest(
      RunName name,
      JobSpec job,
      Optional<Path> input,
      Limits limits,
      long timePerInstruction,
      Duration wallClock) {
    this(name, job, input, limits, timePerInstruction, wallClock, Conditions.NORMAL);
  }
}
