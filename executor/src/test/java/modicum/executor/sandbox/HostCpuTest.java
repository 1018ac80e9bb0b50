package modicum.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.protocol.job.CpuLevel;
import org.junit.jupiter.api.Test;

class HostCpuTest {
  private static String cpu(CpuLevel level) {
    String flags =
        Stream.of(CpuLevel.values())
            .filter(l -> l.compareTo(level) <= 0)
            .flatMap(l -> Face.needed(l).stream())
            .distinct()
            .collect(Collectors.joining(" "));
    return "processor\t: 0\nmodel name\t: a: b\nflags\t\t: fpu tsc " + flags + " more\n\n";
  }

  @Test
  void readsTheLevelFromTheFlagsOfTheKernel() {
    for (CpuLevel level : CpuLevel.values()) {
      assertThat(HostCpu.level(cpu(level))).contains(level);
    }
  }

  @Test
  void aMachineIsAsGoodAsItsLeastCpu() {
    assertThat(HostCpu.level(cpu(CpuLevel.X86_64_V4) + cpu(CpuLevel.X86_64_V2)))
        .contains(CpuLevel.X86_64_V2);
  }

  @Test
  void oneMissingFlagMakesALevelLess() {
    assertThat(HostCpu.level(cpu(CpuLevel.X86_64_V3).replace(" avx2 ", " ")))
        .contains(CpuLevel.X86_64_V2);
  }

  @Test
  void ofAnotherMachineNothingIsKnown() {
    assertThat(HostCpu.level("processor : 0\nFeatures : fp asimd\n")).isEmpty();
  }
}
