package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both versions of the kernel's accounts, as files; the real ones are used by the Docker tests. */
class CgroupsTest {
  private static final String GROUP = "/modicum/run";

  @TempDir Path root;

  @Test
  void readsTheUnifiedHierarchy() throws IOException {
    Files.createFile(root.resolve("cgroup.controllers"));
    Cgroups cgroups = new Cgroups(root);
    cgroups.create(GROUP);
    Path group = root.resolve("modicum/run");
    Files.writeString(group.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1000\n");
    Files.writeString(group.resolve("memory.peak"), "4096\n");

    assertThat(cgroups.read(GROUP, true))
        .contains(new Measurement(Duration.ofNanos(1_500_000), 4096, true));
  }

  @Test
  void readsTheSplitHierarchies() throws IOException {
    Files.createDirectories(root.resolve("cpuacct"));
    Files.createDirectories(root.resolve("memory"));
    Cgroups cgroups = new Cgroups(root);
    cgroups.create(GROUP);
    Files.writeString(root.resolve("cpuacct/modicum/run/cpuacct.usage"), "1500\n");
    Files.writeString(root.resolve("memory/modicum/run/memory.max_usage_in_bytes"), "4096\n");

    assertThat(cgroups.read(GROUP, true))
        .contains(new Measurement(Duration.ofNanos(1500), 4096, true));
  }

  @Test
  void aGroupThatIsGoneHasNoAccounts() throws IOException {
    Files.createDirectories(root.resolve("cpuacct/modicum/run/container"));
    Files.createDirectories(root.resolve("pids/modicum/run"));
    Cgroups cgroups = new Cgroups(root);

    cgroups.remove(GROUP);

    assertThat(cgroups.read(GROUP, true)).isEmpty();
    assertThat(root.resolve("cpuacct/modicum/run")).doesNotExist();
    assertThat(root.resolve("pids/modicum/run")).doesNotExist();
  }

  /** Some runtimes do not see to that themselves, and a group without CPUs runs nothing. */
  @Test
  void aGroupOfVersionOneMayUseTheCpusOfThoseAboveIt() throws IOException {
    Path cpuSet = Files.createDirectories(root.resolve("cpuset"));
    Files.writeString(cpuSet.resolve("cpuset.cpus"), "0-3\n");
    Files.writeString(cpuSet.resolve("cpuset.mems"), "0\n");
    Path above = Files.createDirectories(cpuSet.resolve("modicum"));
    Files.writeString(above.resolve("cpuset.cpus"), "1-2\n");
    Files.writeString(above.resolve("cpuset.mems"), "\n");

    new Cgroups(root).create("/modicum/run");

    assertThat(above.resolve("cpuset.mems")).hasContent("0\n");
    assertThat(above.resolve("run/cpuset.cpus")).hasContent("1-2\n");
    assertThat(above.resolve("run/cpuset.mems")).hasContent("0\n");
  }
}
