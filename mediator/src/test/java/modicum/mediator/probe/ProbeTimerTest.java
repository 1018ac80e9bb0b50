package modicum.mediator.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProbeTimerTest {
  @Test
  void aPeriodVariesByAQuarterEitherWay() {
    Random random = new Random(1);
    List<Long> delays =
        Stream.generate(() -> ProbeTimer.nextDelay(Duration.ofSeconds(60), random).toMillis())
            .limit(1_000)
            .toList();

    assertThat(delays)
        .allSatisfy(d -> assertThat(d).isBetween(45_000L, 75_000L))
        .anySatisfy(d -> assertThat(d).isLessThan(50_000))
        .anySatisfy(d -> assertThat(d).isGreaterThan(70_000));
  }
}
