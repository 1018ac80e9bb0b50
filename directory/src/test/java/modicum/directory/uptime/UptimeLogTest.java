package modicum.directory.uptime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.UptimeRecord.Interval;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UptimeLogTest {
  private static final long DAY = 24 * 3600;

  @TempDir Path folder;
  private UptimeLog log;

  @BeforeEach
  void open() {
    log = new UptimeLog(folder, Duration.ofSeconds(10));
  }

  private void beat(long... times) {
    for (long time : times) {
      log.beat(time);
    }
  }

  @Test
  void beatsWithoutAGapAreOneInterval() {
    beat(100, 110, 121, 140);

    assertThat(log.between(0, 1_000)).containsExactly(new Interval(100, 150));
  }

  @Test
  void anOutageParts() {
    beat(100, 110, 131, 141);

    assertThat(log.between(0, 1_000))
        .containsExactly(new Interval(100, 120), new Interval(131, 151));
  }

  @Test
  void aRangeIsAnsweredWithinItsEnds() {
    beat(100, 110, 120, 130);

    assertThat(log.between(105, 125)).containsExactly(new Interval(105, 125));
    assertThat(log.between(141, 200)).isEmpty();
    assertThat(log.between(0, 99)).isEmpty();
  }

  @Test
  void aRangeBetweenTwoBeatsIsCovered() {
    beat(100, 118);

    assertThat(log.between(112, 115)).containsExactly(new Interval(112, 115));
  }

  @Test
  void midnightIsNoGap() {
    beat(DAY - 5, DAY + 5);

    assertThat(log.between(DAY - 5, DAY + 10)).containsExactly(new Interval(DAY - 5, DAY + 10));
  }

  @Test
  void survivesARestartAndATornLine() throws Exception {
    beat(100);
    try (var files = Files.list(folder)) {
      Files.writeString(files.findFirst().orElseThrow(), "bea", StandardOpenOption.APPEND);
    }
    open();
    beat(110, 120);

    assertThat(log.between(0, 1_000))
        .as("the beat written onto the torn line is lost, the next is not")
        .containsExactly(new Interval(100, 130));
  }

  @Test
  void beatsOnlyWhileTheStorageAnswers() {
    AtomicLong now = new AtomicLong(100);
    AtomicBoolean available = new AtomicBoolean(true);
    try (Heartbeat heartbeat = new Heartbeat(log, now::get, available::get)) {
      heartbeat.beat();
      available.set(false);
      now.set(130);
      heartbeat.beat();
      available.set(true);
      now.set(160);
      heartbeat.beat();
    }

    assertThat(log.between(0, 1_000))
        .containsExactly(new Interval(100, 110), new Interval(160, 170));
  }
}
