package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that take all processes, all memory or all time there is. */
class HostileProcessesTest extends HostileTest {
  private static final Duration LITTLE_TIME = Duration.ofSeconds(10);
  private static final Limits LITTLE_CPU =
      new Limits(2_000, 256 * Runs.MEGABYTE, 5 * Runs.MEGABYTE, 0);

  @Test
  void aForkBombUsesUpItsInstructions() throws Exception {
    RunOutcome outcome = attack(bomb());

    assertStatus(outcome, ResultStatus.INSTRUCTIONS_EXCEEDED);
  }

  @Test
  void aForkBombDoesNotKeepAnotherJobFromRunning() throws Exception {
    RunRequest bomb = bomb();
    executor.start(bomb);

    assertThat(output("echo honest; (echo too) | cat")).isEqualTo("honest\ntoo\n");
    assertStatus(executor.await(bomb.name()), ResultStatus.INSTRUCTIONS_EXCEEDED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "children", "memory-files", "temporary", "locks"})
  void whoTakesAllMemoryExceedsItsMemory(String what) throws Exception {
    Limits limits = new Limits(10_000, 64 * Runs.MEGABYTE, 500 * Runs.MEGABYTE, 0);
    RunOutcome outcome = attack(Runs.withLimits(programRun("fill", what), limits));

    assertStatus(outcome, ResultStatus.MEMORY_EXCEEDED);
    assertThat(outcome.wallTime()).as("goes on in vain").isLessThan(Runs.WALL_CLOCK.dividedBy(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deaf", "stopped"})
  void whoIgnoresSignalsOrStopsEndsWithItsTime(String what) throws Exception {
    RunRequest request = Runs.withWallClock(programRun("fill", what), Duration.ofSeconds(2));
    RunOutcome outcome = attack(request);

    assertStatus(outcome, ResultStatus.INSTRUCTIONS_EXCEEDED);
    assertThat(outcome.explanation()).contains("wall-clock");
    assertThat(outcome.exitCode()).isEqualTo(137);
  }

  @Test
  void whoLeavesProcessesBehindLeavesNone() throws Exception {
    assertAttack(
        "for i in 1 2 3 4 5; do (trap '' TERM HUP INT; while :; do :; done) & done; exit 0",
        ResultStatus.COMPLETED);
  }

  @Test
  void whoEndsAProcessOfTheSandboxEndsTheJob() throws Exception {
    RunOutcome outcome = attack("kill -9 99; sleep 30; echo on");

    assertStatus(outcome, ResultStatus.EXCEPTION_OCCURRED);
    assertThat(outcome.log()).contains("has ended a process of the sandbox").doesNotContain("on\n");
  }

  @Test
  void whoMeasuresTheCpuByDoublingItsWorkComesToAnEnd() throws Exception {
    assertHeld(programRun("fill", "calibrate"));
  }

  private RunRequest bomb() throws Exception {
    return Runs.withWallClock(Runs.withLimits(programRun("fill", "bomb"), LITTLE_CPU), LITTLE_TIME);
  }
}
