package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import modicum.executor.Runs;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final RunTerms TERMS =
      new RunTerms(Runs.name(), new Limits(100, 1000, 500, 0), 1_000_000, Duration.ofSeconds(2));
  private static final Ending FINE =
      new Ending(
          0,
          false,
          Duration.ofSeconds(2),
          Optional.empty(),
          new Measurement(Duration.ofMillis(100), 1000, true),
          500,
          Optional.empty(),
          Optional.empty());

  @Test
  void limitsAreInclusive() {
    assertStatus(FINE, ResultStatus.COMPLETED);
  }

  @Test
  void aStartedInstructionCounts() {
    assertStatus(used(Duration.ofMillis(100).plusNanos(1)), ResultStatus.INSTRUCTIONS_EXCEEDED);
  }

  @Test
  void memoryExplainsWhateverElseIsSeen() {
    assertStatus(
        new Ending(
            137,
            true,
            Duration.ofDays(1),
            Optional.of(StopReason.STORAGE),
            new Measurement(Duration.ofDays(1), 0, true),
            501,
            Optional.empty(),
            Optional.empty()),
        ResultStatus.MEMORY_EXCEEDED);
  }

  @Test
  void aByteMoreThanTheLimitIsTooMuch() {
    assertStatus(left(501, 0), ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void aFailureAtExactlyTheStorageLimitIsAFailedWrite() {
    assertStatus(left(500, 1), ResultStatus.STORAGE_EXCEEDED);
    assertStatus(left(499, 1), ResultStatus.EXCEPTION_OCCURRED);
  }

  @Test
  void aRunThatEndedLateByItselfEndedLate() {
    Ending late =
        new Ending(
            0,
            false,
            Duration.ofSeconds(2).plusMillis(1),
            Optional.empty(),
            FINE.measured(),
            0,
            Optional.empty(),
            Optional.empty());
    assertStatus(late, ResultStatus.INSTRUCTIONS_EXCEEDED);
  }

  @Test
  void anOddOutputIsAnExceptionThatNamesIt() {
    Ending odd =
        new Ending(
            0,
            false,
            FINE.wallTime(),
            Optional.empty(),
            FINE.measured(),
            0,
            Optional.empty(),
            Optional.of("a device: x"));
    assertStatus(odd, ResultStatus.EXCEPTION_OCCURRED);
    assertThat(Judge.judge(TERMS, odd).explanation()).isEqualTo("a device: x");
  }

  private static Ending used(Duration cpuTime) {
    return new Ending(
        0,
        false,
        FINE.wallTime(),
        Optional.empty(),
        new Measurement(cpuTime, 0, true),
        0,
        Optional.empty(),
        Optional.empty());
  }

  private static Ending left(long bytes, int exitCode) {
    return new Ending(
        exitCode,
        false,
        FINE.wallTime(),
        Optional.empty(),
        FINE.measured(),
        bytes,
        Optional.empty(),
        Optional.empty());
  }

  private static void assertStatus(Ending ending, ResultStatus status) {
    assertThat(Judge.judge(TERMS, ending).status()).isEqualTo(status);
  }
}
