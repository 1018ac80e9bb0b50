package modicum.executor.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Deals CPUs to runs in turn, so that a job sees as many as its spec says, on whatever machine:
 * many programs divide their work by the number of CPUs they see, and their output follows.
 */
final class CpuSet {
  private final List<Integer> cpus;
  private final AtomicInteger next = new AtomicInteger();

  private CpuSet(List<Integer> cpus) {
    this.cpus = cpus;
  }

  /** The CPUs that containers may use; of an engine elsewhere nothing is known. */
  static CpuSet on(Engine engine) {
    List<Path> candidates =
        List.of(
            Cgroups.ROOT.resolve("cpuset.cpus.effective"),
            Cgroups.ROOT.resolve("cpuset/cpuset.effective_cpus"));
    for (Path file : candidates) {
      if (engine.isLocal() && Files.isReadable(file)) {
        try {
          return new CpuSet(parse(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException e) {
          return new CpuSet(List.of());
        }
      }
    }
    return new CpuSet(List.of());
  }

  /** CPUs for one run; empty where all are to be seen, or which there are is not known. */
  Optional<String> deal(int count) {
    if (count >= cpus.size()) {
      return Optional.empty();
    }
    int first = next.getAndAdd(count);
    List<Integer> dealt = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dealt.add(cpus.get(Math.floorMod(first + i, cpus.size())));
    }
    return Optional.of(
        dealt.stream().sorted().map(String::valueOf).collect(Collectors.joining(",")));
  }

  /** Reads the kernel's form, as {@code 0-3,8}. */
  static List<Integer> parse(String list) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : list.split(",")) {
      String[] ends = range.split("-");
      for (int cpu = Integer.parseInt(ends[0]);
          cpu <= Integer.parseInt(ends[ends.length - 1]);
          cpu++) {
        cpus.add(cpu);
      }
    }
    return List.copyOf(cpus);
  }
}
