package modicum.executor.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  /** Of 25 machine instructions each: a thousand of what the market calls instructions. */
  private static final long ROUNDS = 40_000_000;

  private static List<Duration> millis(long... times) {
    return Arrays.stream(times).mapToObj(Duration::ofMillis).toList();
  }

  private static Calibration calibration(
      List<Duration> quiet, List<Duration> busy, List<Duration> crowded) {
    return new Calibration(ROUNDS, Duration.ofMillis(40), quiet, busy, crowded);
  }

  @Test
  void anInstructionTakesWhatTheMiddleRunTakesWithoutItsStart() {
    Calibration calibration = calibration(millis(440, 340, 900), millis(500), millis(600));
    assertThat(calibration.instructions()).isEqualTo(1000);
    // 440 ms, less 40 ms for starting, over 1000 instructions.
    assertThat(calibration.timePerInstruction()).isEqualTo(400_000);
    assertThat(calibration.startInstructions()).isEqualTo(100);
  }

  @Test
  void theToleranceCoversTheDearestRunAgainstTheCheapestAndHalfAsMuchAgain() {
    Calibration calibration =
        calibration(millis(400, 410, 420), millis(440, 450), millis(460, 480));
    assertThat(calibration.spread()).isEqualTo(0.2, within(1e-9));
    assertThat(calibration.quietSpread()).isEqualTo(0.05, within(1e-9));
    assertThat(calibration.loadSpread()).isEqualTo(0.2, within(1e-9));
    assertThat(calibration.usageTolerance()).isEqualTo(3000);
  }

  @Test
  void aToleranceIsNeitherNothingNorMoreThanTheContractHolds() {
    assertThat(calibration(millis(400), millis(400), millis(400)).usageTolerance()).isEqualTo(500);
    assertThat(calibration(millis(100), millis(10_000), millis(400)).usageTolerance())
        .isEqualTo(0xffff);
  }

  @Test
  void aStartThatTakesLongerThanARunDoesNotMakeTimeRunBackwards() {
    Calibration calibration = calibration(millis(30), millis(30), millis(30));
    assertThat(calibration.timePerInstruction()).isPositive();
  }

  @Test
  void hasRunsOfEachKind() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> calibration(List.of(), millis(1), millis(1)));
  }

  @Test
  void aKindOfRunsIsDescribedByItsEndsAndItsMiddle() {
    assertThat(Calibration.describe(millis(300, 100, 200)))
        .isEqualTo("3 runs, 0.100 to 0.300 s, middle 0.200 s");
  }
}
