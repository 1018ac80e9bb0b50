package modicum.executor.docker;

import java.time.Duration;
import java.util.Optional;

/**
 * What a machine's owner may choose about the sandbox. Whatever a job's output may depend on should
 * be the same at provider and mediator, so change the sandbox's bounds with care.
 *
 * @param processes how many processes and threads a job may have
 * @param openFiles how many files each of its processes may have open
 * @param outputEntries how many files, folders and links an output may have
 * @param imageBytes the largest image archive that is taken
 * @param logBytes how much of what a job writes to standard output and error is kept on the disk
 * @param diskReserve a run is stopped when the disk of its output has less left than this, bytes
 * @param pollInterval how often a running job is looked at; by so much it can overshoot a limit
 * @param ownCgroups whether to account each run in a control group of its own, where the agent and
 *     the engine's set-up allow it; without, the last part of a run is not measured
 * @param runtime the engine's name of what runs the containers, as {@code runsc} for gVisor; empty
 *     for the engine's own choice
 */
public record DockerOptions(
    long processes,
    long openFiles,
    long outputEntries,
    long imageBytes,
    long logBytes,
    long diskReserve,
    Duration pollInterval,
    boolean ownCgroups,
    Optional<String> runtime) {
  public static final DockerOptions DEFAULT =
      new DockerOptions(
          512,
          4096,
          100_000,
          16L << 30,
          1 << 20,
          1L << 30,
          Duration.ofMillis(100),
          true,
          Optional.empty());

  public DockerOptions withOwnCgroups(boolean own) {
    return new DockerOptions(
        processes,
        openFiles,
        outputEntries,
        imageBytes,
        logBytes,
        diskReserve,
        pollInterval,
        own,
        runtime);
  }

  public DockerOptions withPollInterval(Duration interval) {
    return new DockerOptions(
        processes,
        openFiles,
        outputEntries,
        imageBytes,
        logBytes,
        diskReserve,
        interval,
        ownCgroups,
        runtime);
  }

  public DockerOptions withOutputEntries(long entries) {
    return new DockerOptions(
        processes,
        openFiles,
        entries,
        imageBytes,
        logBytes,
        diskReserve,
        pollInterval,
        ownCgroups,
        runtime);
  }

  public DockerOptions withProcesses(long most) {
    return new DockerOptions(
        most,
        openFiles,
        outputEntries,
        imageBytes,
        logBytes,
        diskReserve,
        pollInterval,
        ownCgroups,
        runtime);
  }

  public DockerOptions withImageBytes(long most) {
    return new DockerOptions(
        processes,
        openFiles,
        outputEntries,
        most,
        logBytes,
        diskReserve,
        pollInterval,
        ownCgroups,
        runtime);
  }

  public DockerOptions withDiskReserve(long reserve) {
    return new DockerOptions(
        processes,
        openFiles,
        outputEntries,
        imageBytes,
        logBytes,
        reserve,
        pollInterval,
        ownCgroups,
        runtime);
  }

  public DockerOptions withRuntime(Optional<String> name) {
    return new DockerOptions(
        processes,
        openFiles,
        outputEntries,
        imageBytes,
        logBytes,
        diskReserve,
        pollInterval,
        ownCgroups,
        name);
  }
}
