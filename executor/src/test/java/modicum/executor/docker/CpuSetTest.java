package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuSetTest {
  @Test
  void readsTheKernelsRanges() {
    assertThat(CpuSet.parse("0-2,5,8-9")).containsExactly(0, 1, 2, 5, 8, 9);
    assertThat(CpuSet.parse("3")).containsExactly(3);
  }
}
