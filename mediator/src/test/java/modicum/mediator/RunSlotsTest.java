package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RunSlotsTest {
  @Test
  void neverRunsMoreThanThereIsRoomFor() throws Exception {
    RunSlots slots = new RunSlots(2);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<FutureTask<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      FutureTask<Integer> task =
          new FutureTask<>(
              () ->
                  slots.withRoomFor(
                      1,
                      () -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        Thread.sleep(1);
                        return running.decrementAndGet();
                      }));
      tasks.add(task);
      Thread.ofVirtual().start(task);
    }
    for (FutureTask<Integer> task : tasks) {
      task.get();
    }
    assertThat(most).hasValueBetween(1, 2);
  }

  @Test
  void aJobThatWantsMoreCpusThanThereAreTakesAll() throws Exception {
    assertThat(new RunSlots(2).withRoomFor(1024, () -> "ran")).isEqualTo("ran");
  }

  @Test
  void givesRoomBackWhateverHappens() throws Exception {
    RunSlots slots = new RunSlots(1);
    try {
      slots.withRoomFor(
          1,
          () -> {
            throw new GaveUp("too late");
          });
    } catch (GaveUp expected) {
      assertThat(slots.withRoomFor(1, () -> "ran")).isEqualTo("ran");
    }
  }
}
