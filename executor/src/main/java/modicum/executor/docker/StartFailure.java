package modicum.executor.docker;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import modicum.protocol.result.ResultStatus;

/**
 * Whose fault it is that a container could not be started. Only trouble that is known to be the
 * machine's is taken for that: everything else the image and the command decide, and a job made to
 * fail here must not be able to keep a provider trying for ever.
 */
final class StartFailure {
  private static final List<String> MACHINE =
      List.of(
          "no space left",
          "cannot allocate memory",
          "resource temporarily unavailable",
          "too many open files",
          "device or resource busy",
          "cgroup",
          "containerd",
          "deadline exceeded",
          "timed out",
          "bind source path does not exist",
          "is already in use",
          "marked for removal");

  private StartFailure() {}

  /** The result's status; empty where it is the machine's trouble. */
  static Optional<ResultStatus> status(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("oom-killed") || lower.contains("memory limit too low")) {
      return Optional.of(ResultStatus.MEMORY_EXCEEDED);
    }
    // What the engine quotes is the job's own words, and may not pass for the engine's.
    String own = lower.replaceAll("\\\\?\".*\\\\?\"", "");
    if (MACHINE.stream().anyMatch(own::contains)) {
      return Optional.empty();
    }
    return Optional.of(ResultStatus.JOB_DESCRIPTION_ERROR);
  }
}
