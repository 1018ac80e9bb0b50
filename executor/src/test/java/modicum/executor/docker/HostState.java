package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.executor.Runs;

/**
 * What a job must leave as it was: on the engine, among the machine's processes, in its kernel's
 * settings, on its disk. Only what a job of ours can have to do with is looked at, as others may
 * use the same engine meanwhile.
 */
record HostState(
    SortedSet<String> containers,
    SortedSet<String> volumes,
    SortedSet<String> networks,
    Map<String, String> tags,
    SortedSet<String> processes,
    SortedSet<String> mounts,
    SortedSet<String> controlGroups,
    Map<String, String> settings,
    SortedSet<String> files,
    long freeDisk) {
  /** Builds and other tests write too, and the engine keeps its own records. */
  private static final long DISK_TOLERANCE = 1L << 30;

  private static final List<String> SETTINGS =
      List.of(
          "kernel/core_pattern",
          "kernel/hostname",
          "kernel/domainname",
          "kernel/modprobe",
          "kernel/randomize_va_space",
          "kernel/sysrq",
          "vm/overcommit_memory",
          "net/ipv4/ip_forward",
          "fs/suid_dumpable");

  static HostState of(Path folder) {
    try (Engine engine = Engine.at(Optional.empty())) {
      return new HostState(
          containers(engine),
          names(volumes(engine)),
          networks(engine),
          tags(engine),
          ourProcesses(),
          mounts(folder),
          ourControlGroups(),
          kernelSettings(),
          files(folder),
          Files.getFileStore(folder).getUsableSpace());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void assertUnchanged(HostState before) {
    assertThat(containers).as("containers").isEqualTo(before.containers);
    assertThat(before.volumes).as("new volumes").containsAll(volumes);
    assertThat(before.networks).as("new networks").containsAll(networks);
    assertThat(tags).as("names of images").containsAllEntriesOf(before.tags);
    assertThat(processes).as("processes").isEqualTo(before.processes);
    assertThat(mounts).as("mounts").isEqualTo(before.mounts);
    assertThat(controlGroups).as("control groups").isEqualTo(before.controlGroups);
    assertThat(settings).as("the kernel's settings").isEqualTo(before.settings);
    assertThat(files).as("files").isEqualTo(before.files);
    assertThat(freeDisk).as("free disk").isGreaterThan(before.freeDisk - DISK_TOLERANCE);
  }

  private static SortedSet<String> containers(Engine engine) {
    return engine.containers(Map.of()).stream()
        .map(Container::getNames)
        .flatMap(Arrays::stream)
        .filter(name -> name.contains(Runs.OWNER))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> volumes(Engine engine) {
    var volumes = engine.ask(c -> c.listVolumesCmd().exec()).getVolumes();
    return volumes == null ? List.of() : volumes.stream().map(v -> v.getName()).toList();
  }

  private static SortedSet<String> networks(Engine engine) {
    return names(
        engine.ask(c -> c.listNetworksCmd().exec()).stream().map(n -> n.getName()).toList());
  }

  private static Map<String, String> tags(Engine engine) {
    Map<String, String> tags = new TreeMap<>();
    for (Image image : engine.ask(c -> c.listImagesCmd().exec())) {
      if (image.getRepoTags() != null) {
        Arrays.stream(image.getRepoTags())
            .filter(tag -> !tag.contains("<none>"))
            .forEach(tag -> tags.put(tag, image.getId()));
      }
    }
    return tags;
  }

  /** Those in a control group of a run of ours. */
  private static SortedSet<String> ourProcesses() throws IOException {
    SortedSet<String> processes = new TreeSet<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        if (text(process.resolve("cgroup")).contains(Runs.OWNER)) {
          processes.add(process.getFileName() + " " + text(process.resolve("comm")));
        }
      }
    }
    return processes;
  }

  private static SortedSet<String> mounts(Path folder) {
    return text(Path.of("/proc/self/mountinfo"))
        .lines()
        .filter(line -> line.contains(folder.toString()) || line.contains(Runs.OWNER))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static SortedSet<String> ourControlGroups() throws IOException {
    SortedSet<String> groups = new TreeSet<>();
    try (Stream<Path> hierarchies = Files.list(Cgroups.ROOT)) {
      for (Path hierarchy : Stream.concat(Stream.of(Cgroups.ROOT), hierarchies).toList()) {
        Path ours = hierarchy.resolve("modicum");
        if (Files.isDirectory(ours)) {
          try (Stream<Path> below = Files.list(ours)) {
            below.map(Path::toString).filter(g -> g.contains(Runs.OWNER)).forEach(groups::add);
          }
        }
      }
    }
    return groups;
  }

  private static Map<String, String> kernelSettings() {
    Map<String, String> settings = new TreeMap<>();
    SETTINGS.forEach(name -> settings.put(name, text(Path.of("/proc/sys").resolve(name))));
    return settings;
  }

  /** Whatever lies about in the folder that is not the executor's own, and what runs have left. */
  private static SortedSet<String> files(Path folder) throws IOException {
    SortedSet<String> files = new TreeSet<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        boolean ofAnImage = name.contains("-image/");
        if (!ofAnImage && !name.startsWith("state/sandbox")) {
          files.add(name + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
      }
    }
    return files;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException | UncheckedIOException gone) {
      return "";
    }
  }

  private static SortedSet<String> names(List<String> names) {
    return new TreeSet<>(names);
  }
}
