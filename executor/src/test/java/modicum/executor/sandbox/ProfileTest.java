package modicum.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import modicum.protocol.job.CpuLevel;
import org.junit.jupiter.api.Test;

class ProfileTest {
  @Test
  void theDigestCoversEveryFileOfTheSandbox() throws Exception {
    assertThat(names(Path.of("src/main/c"), ".c", ".h"))
        .containsExactlyInAnyOrderElementsOf(Profile.SOURCES);
    assertThat(names(Path.of("src/main/resources/modicum/executor/sandbox"), ""))
        .containsExactlyInAnyOrderElementsOf(Profile.SETTINGS);
    assertThat(Profile.current().version()).isPositive();
  }

  @Test
  void librariesArePinnedToTheLevel() {
    assertThat(Pins.of(3, CpuLevel.X86_64_V3, Conditions.NORMAL))
        .containsEntry("OPENBLAS_CORETYPE", "Haswell")
        .containsEntry("OMP_NUM_THREADS", "3")
        .containsEntry("PYTHONHASHSEED", "0")
        .containsEntry("SOURCE_DATE_EPOCH", Long.toString(Profile.start()));
    assertThat(Pins.of(1, CpuLevel.X86_64_V1, Conditions.NORMAL))
        .containsEntry("OPENBLAS_CORETYPE", "Core2");
  }

  @Test
  void theFaceShowsWhatTheJobAskedForAndNothingElse() {
    var files = new Face(2, CpuLevel.X86_64_V3, 1 << 30, Conditions.NORMAL).files();

    assertThat(files.get("proc/cpuinfo"))
        .contains("processor\t: 0")
        .contains("processor\t: 1")
        .doesNotContain("processor\t: 2")
        .contains(" avx2 ")
        .doesNotContain("avx512");
    assertThat(files.get("proc/meminfo")).contains("MemTotal:       1048576 kB");
    assertThat(files.get("proc/stat"))
        .startsWith("cpu  0 ")
        .contains("\ncpu1 0 ")
        .contains("btime " + (Profile.start() - 1000));
    assertThat(files.get("sys/devices/system/cpu/online")).isEqualTo("0-1\n");
    assertThat(files.values()).noneMatch(text -> text.contains("${"));
    assertThat(files.keySet()).noneMatch(path -> path.contains("${") || path.startsWith("/"));
  }

  private static List<String> names(Path folder, String... endings) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> Stream.of(endings).anyMatch(name::endsWith))
          .toList();
    }
  }
}
