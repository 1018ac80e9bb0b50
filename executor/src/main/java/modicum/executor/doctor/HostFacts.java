package modicum.executor.doctor;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.executor.sandbox.HostCpu;
import modicum.protocol.job.CpuLevel;

/**
 * What this machine's files say of it.
 *
 * @param cpuLevel of the CPUs; empty where it cannot be told
 * @param controllers of control groups that there are; empty where they cannot be seen
 * @param traceScope of the Yama security module; empty where it is not there
 * @param instructionCounter whether the kernel has a hardware counter to count instructions with
 * @param eventParanoia who may use the kernel's counters; empty where there are none
 * @param availableMemory bytes
 * @param swap whether there is any
 * @param diskType of the state folder's disk, as ext4
 * @param diskFree bytes on it
 * @param diskQuotas whether it is mounted with project quotas
 * @param clockIsPast whether the clock shows a time before this program was made
 */
public record HostFacts(
    Optional<CpuLevel> cpuLevel,
    Set<String> controllers,
    OptionalInt traceScope,
    boolean instructionCounter,
    OptionalInt eventParanoia,
    long availableMemory,
    boolean swap,
    String diskType,
    long diskFree,
    boolean diskQuotas,
    boolean clockIsPast) {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Path EVENT_SOURCES = Path.of("/sys/bus/event_source/devices");

  /**
   * @param stateFolder where jobs will put their output; it need not exist yet
   */
  public static HostFacts of(Path stateFolder) {
    Path there = existing(stateFolder.toAbsolutePath());
    try {
      FileStore disk = Files.getFileStore(there);
      return new HostFacts(
          HostCpu.level(),
          readControllers(),
          number("/proc/sys/kernel/yama/ptrace_scope"),
          hasInstructionCounter(),
          number("/proc/sys/kernel/perf_event_paranoid"),
          kibibytes("MemAvailable:"),
          kibibytes("SwapTotal:") > 0,
          disk.type(),
          disk.getUsableSpace(),
          mountOptions(there).anyMatch(o -> o.equals("prjquota") || o.equals("pquota")),
          isClockPast());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot look at the disk of %s: %s".formatted(stateFolder, e.getMessage()), e);
    }
  }

  private static boolean isClockPast() throws IOException {
    try {
      Path program =
          Path.of(HostFacts.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.getLastModifiedTime(program).toInstant().isAfter(Instant.now());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Path existing(Path folder) {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  private static Set<String> readControllers() throws IOException {
    Path unified = CGROUPS.resolve("cgroup.controllers");
    if (Files.isReadable(unified)) {
      return Set.of(Files.readString(unified).strip().split("\\s+"));
    }
    if (!Files.isDirectory(CGROUPS)) {
      return Set.of();
    }
    try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
      return hierarchies
          .flatMap(h -> Arrays.stream(h.getFileName().toString().split(",")))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** A CPU's own counters appear as "cpu", or as "cpu_core" and the like where it has two kinds. */
  private static boolean hasInstructionCounter() throws IOException {
    if (!Files.isDirectory(EVENT_SOURCES)) {
      return false;
    }
    try (Stream<Path> sources = Files.list(EVENT_SOURCES)) {
      return sources.anyMatch(s -> s.getFileName().toString().matches("cpu|cpu_.*|armv8.*"));
    }
  }

  private static OptionalInt number(String file) {
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(Path.of(file)).strip()));
    } catch (IOException | NumberFormatException none) {
      return OptionalInt.empty();
    }
  }

  private static long kibibytes(String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException unknown) {
      return 0;
    }
  }

  /** Of the mount that a path is on: the one with the longest matching mount point. */
  private static Stream<String> mountOptions(Path path) {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts
          .map(line -> line.split(" "))
          .filter(f -> f.length > 3 && f[1].startsWith("/") && path.startsWith(f[1]))
          .reduce((one, other) -> one[1].length() > other[1].length() ? one : other)
          .map(f -> Arrays.stream(f[3].split(",")))
          .orElse(Stream.empty());
    } catch (IOException unknown) {
      return Stream.empty();
    }
  }
}
