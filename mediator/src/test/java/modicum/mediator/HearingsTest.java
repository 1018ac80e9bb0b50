package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import modicum.directory.DirectoryUnavailable;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HearingsTest {
  private static final MatchId MATCH = new MatchId(Bytes32.ZERO);

  private final Hearings hearings = new Hearings();
  private final CountDownLatch begun = new CountDownLatch(1);

  /** Hears on a thread of its own, and comes back when it has begun. */
  private FutureTask<Void> hearing(Hearings.Hearing body) throws InterruptedException {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              hearings.hold(
                  MATCH,
                  () -> {
                    begun.countDown();
                    body.hold();
                  });
              return null;
            });
    Thread.ofVirtual().start(task);
    begun.await();
    return task;
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  @Test
  void callingOffWaitsForTheEnd() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    FutureTask<Void> hearing =
        hearing(
            () -> {
              try {
                waitForEver();
              } finally {
                ended.countDown();
              }
            });

    hearings.callOff(MATCH);

    assertThat(ended.getCount()).isZero();
    assertThatThrownBy(hearing::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(GaveUp.class);
  }

  @Test
  void whatHangsUpBecauseItIsCalledOffIsNoOutage() throws Exception {
    FutureTask<Void> hearing =
        hearing(
            () -> {
              try {
                waitForEver();
              } catch (InterruptedException e) {
                throw new DirectoryUnavailable("interrupted");
              }
            });

    hearings.callOff(MATCH);

    assertThatThrownBy(hearing::get).hasCauseInstanceOf(GaveUp.class);
  }

  @Test
  void callingOffNothingIsDoneAtOnce() throws Exception {
    hearings.callOff(MATCH);

    hearings.hold(MATCH, () -> begun.countDown());
    assertThat(begun.getCount()).isZero();
  }

  @Test
  void aSecondHearingOfAMatchEndsTheFirst() throws Exception {
    FutureTask<Void> first = hearing(HearingsTest::waitForEver);

    hearings.hold(MATCH, () -> assertThat(first).isNotNull());

    assertThatThrownBy(first::get).hasCauseInstanceOf(GaveUp.class);
  }

  @Test
  void anOutageOfOneThatGoesOnIsAnOutage() {
    assertThatThrownBy(
            () ->
                hearings.hold(
                    MATCH,
                    () -> {
                      throw new DirectoryUnavailable("down");
                    }))
        .isInstanceOf(DirectoryUnavailable.class);
  }
}
