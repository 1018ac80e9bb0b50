package modicum.executor.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import modicum.protocol.job.CpuLevel;

/** Which levels of instructions this machine's CPUs have. */
public final class HostCpu {
  private static final Path FACTS = Path.of("/proc/cpuinfo");
  private static final String FLAGS = "flags";

  private HostCpu() {}

  /** The highest level; empty where it cannot be told, as on other machines than amd64. */
  public static Optional<CpuLevel> level() {
    try {
      return level(Files.readString(FACTS));
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  /**
   * The highest level that all CPUs have: a job may be put on any of them.
   *
   * @param facts as the kernel writes them into {@code /proc/cpuinfo}
   */
  static Optional<CpuLevel> level(String facts) {
    return facts
        .lines()
        .map(line -> line.split(":", 2))
        .filter(field -> field.length == 2 && field[0].strip().equals(FLAGS))
        .map(field -> highest(Set.of(words(field[1]))))
        .reduce((one, other) -> one.flatMap(a -> other.map(b -> a.compareTo(b) <= 0 ? a : b)))
        .flatMap(level -> level);
  }

  private static Optional<CpuLevel> highest(Set<String> flags) {
    return Arrays.stream(CpuLevel.values())
        .takeWhile(level -> flags.containsAll(Face.needed(level)))
        .reduce((lower, higher) -> higher);
  }

  private static String[] words(String line) {
    return Arrays.stream(line.strip().split("\\s+")).distinct().toArray(String[]::new);
  }
}
