package modicum.directory.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.ObjectNotFound;
import org.junit.jupiter.api.Test;

class RetryTest {
  private final List<Duration> pauses = new ArrayList<>();
  private final Retry retry =
      new Retry(5, Duration.ofMillis(100), Duration.ofMillis(300), pauses::add);
  private final AtomicInteger attempts = new AtomicInteger();

  @Test
  void triesAgainAfterGrowingPausesUntilItWorks() {
    String answer =
        retry.call(
            () -> {
              if (attempts.incrementAndGet() < 5) {
                throw new DirectoryUnavailable("down");
              }
              return "up";
            });

    assertThat(answer).isEqualTo("up");
    assertThat(pauses).hasSize(4);
    long[] longest = {100, 200, 300, 300};
    for (int i = 0; i < longest.length; i++) {
      assertThat(pauses.get(i).toMillis()).isBetween(longest[i] / 2, longest[i]);
    }
  }

  @Test
  void givesUpWithTheLastTrouble() {
    assertThatThrownBy(
            () ->
                retry.call(
                    () -> {
                      throw new DirectoryUnavailable("down " + attempts.incrementAndGet());
                    }))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessage("down 5");
  }

  @Test
  void doesNotRepeatWhatIsRefusedOrNotThere() {
    assertThatThrownBy(
            () ->
                retry.call(
                    () -> {
                      attempts.incrementAndGet();
                      throw new DirectoryRefused("not you");
                    }))
        .isInstanceOf(DirectoryRefused.class);
    assertThatThrownBy(
            () ->
                retry.<Void, ObjectNotFound, RuntimeException>callChecked(
                    () -> {
                      attempts.incrementAndGet();
                      throw new ObjectNotFound("nothing");
                    }))
        .isInstanceOf(ObjectNotFound.class);
    assertThat(attempts).hasValue(2);
    assertThat(pauses).isEmpty();
  }
}
