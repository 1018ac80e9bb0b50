package modicum.executor.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The kernel's accounts of CPU time and memory, of either version, by the path of a group. */
final class Cgroups {
  static final Path ROOT = Path.of("/sys/fs/cgroup");

  private static final String V1_CPU = "cpuacct";
  private static final String V1_MEMORY = "memory";
  private static final String V1_CPU_SET = "cpuset";

  private final Path root;
  private final boolean unified;

  Cgroups(Path root) {
    this.root = root;
    this.unified = Files.exists(root.resolve("cgroup.controllers"));
  }

  /** Whether this agent may make groups. */
  boolean isWritable() {
    return unified
        ? Files.isWritable(root)
        : Files.isWritable(root.resolve(V1_CPU)) && Files.isWritable(root.resolve(V1_MEMORY));
  }

  /** Makes a group, so that its accounts outlive the container that will be put below it. */
  void create(String group) {
    for (Path folder : accounts(group)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make control group " + folder, e);
      }
    }
    openCpuSet(group);
  }

  /**
   * In version 1 a new group may use no CPU at all until it is told which. The engine's usual
   * runtime sees to that for the groups above a container; gVisor does not.
   */
  private void openCpuSet(String group) {
    Path folder = root.resolve(V1_CPU_SET);
    if (unified || !Files.isDirectory(folder)) {
      return;
    }
    try {
      for (Path name : path(Path.of(""), group)) {
        Path below = Files.createDirectories(folder.resolve(name));
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
          if (Files.isReadable(folder.resolve(file))
              && (Files.notExists(below.resolve(file))
                  || Files.readString(below.resolve(file)).isBlank())) {
            Files.writeString(below.resolve(file), Files.readString(folder.resolve(file)));
          }
        }
        folder = below;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give control group " + group + " its CPUs", e);
    }
  }

  /** Reads a group's accounts; empty where there is no such group any more. */
  Optional<Measurement> read(String group, boolean exact) {
    try {
      return Optional.of(unified ? readUnified(path(root, group), exact) : readSplit(group, exact));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read control group " + group, e);
    }
  }

  /** The ids of the processes in a group and below it, as far as they can be seen. */
  List<String> processes(String group) {
    Path folder = accounts(group).getFirst();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<String> processes = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(f -> f.endsWith("cgroup.procs")).toList()) {
        processes.addAll(Files.readAllLines(file));
      }
    } catch (IOException | UncheckedIOException gone) {
      // Ended meanwhile.
    }
    return processes;
  }

  /** Whether the kernel has killed a process of a group, or below it, for want of memory. */
  boolean hasRunOutOfMemory(String group) {
    Path folder = unified ? path(root, group) : path(root.resolve(V1_MEMORY), group);
    String counts = unified ? "memory.events" : "memory.oom_control";
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(f -> f.endsWith(counts)).toList()) {
        boolean none =
            Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("oom_kill "))
                .allMatch(line -> line.equals("oom_kill 0"));
        if (!none) {
          return true;
        }
      }
    } catch (IOException | UncheckedIOException gone) {
      // Ended meanwhile; then the engine says it.
    }
    return false;
  }

  /** The group of a process, by its id; empty where it has ended or cannot be looked at. */
  Optional<String> groupOf(long processId) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(processId), "cgroup"))) {
      return lines
          .map(line -> line.split(":", 3))
          .filter(f -> unified ? f[1].isEmpty() : List.of(f[1].split(",")).contains(V1_CPU))
          .map(f -> f[2])
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** Removes a group and what is below it, from every hierarchy: the engine leaves the parents. */
  void remove(String group) {
    for (Path folder : everywhere(group)) {
      removeTree(folder);
    }
  }

  private Measurement readSplit(String group, boolean exact) throws IOException {
    long nanos = number(path(root.resolve(V1_CPU), group).resolve("cpuacct.usage"));
    long memory = number(path(root.resolve(V1_MEMORY), group).resolve("memory.max_usage_in_bytes"));
    return new Measurement(Duration.ofNanos(nanos), memory, exact);
  }

  private static Measurement readUnified(Path folder, boolean exact) throws IOException {
    long micros =
        Files.readAllLines(folder.resolve("cpu.stat")).stream()
            .filter(line -> line.startsWith("usage_usec "))
            .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length())))
            .findFirst()
            .orElse(0);
    // Kernels before 5.19 keep no peak.
    Path peak = folder.resolve("memory.peak");
    long memory = Files.exists(peak) ? number(peak) : 0;
    return new Measurement(Duration.ofNanos(micros * 1000), memory, exact);
  }

  private static long number(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  private List<Path> accounts(String group) {
    return unified
        ? List.of(path(root, group))
        : List.of(path(root.resolve(V1_CPU), group), path(root.resolve(V1_MEMORY), group));
  }

  private List<Path> everywhere(String group) {
    if (unified) {
      return List.of(path(root, group));
    }
    try (Stream<Path> hierarchies = Files.list(root)) {
      return hierarchies.map(h -> path(h, group)).filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + root, e);
    }
  }

  private static void removeTree(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.filter(Files::isDirectory).forEach(folders::addFirst);
    } catch (IOException | UncheckedIOException goneMeanwhile) {
      // What is left is removed below, or by the next call.
    }
    // A group cannot be emptied file by file, only removed.
    for (Path empty : folders) {
      try {
        Files.deleteIfExists(empty);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove control group " + empty, e);
      }
    }
  }

  private static Path path(Path hierarchy, String group) {
    return hierarchy.resolve(group.startsWith("/") ? group.substring(1) : group);
  }
}
