package modicum.protocol.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  /**
   * The table of section 7; an accusation that proves false is CORRECT_RESULTS or a wrong status.
   */
  @ParameterizedTest
  @CsvSource({
    "RESULT_NOT_FOUND, RESOURCE_PROVIDER",
    "TOO_MUCH_COST, RESOURCE_PROVIDER",
    "WRONG_RESULTS, RESOURCE_PROVIDER",
    "CORRECT_RESULTS, JOB_CREATOR",
    "INVALID_RESULT_STATUS, RESOURCE_PROVIDER",
    "NON_DETERMINISTIC_JOB, JOB_CREATOR",
    "DIRECTORY_UNAVAILABLE, DIRECTORY"
  })
  void namesTheFaultyPartyByItself(Verdict verdict, FaultyParty faultyParty) {
    assertThat(verdict.faultyParty()).isEqualTo(faultyParty);
  }

  @Test
  void onlyGivingUpAndAMissingDirectoryAreFree() {
    assertThat(Arrays.stream(ResultStatus.values()).filter(ResultStatus::isFree))
        .containsExactly(ResultStatus.DECLINED, ResultStatus.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void everyClosingReasonHasItsTransition() {
    for (ClosingReason reason : ClosingReason.values()) {
      assertThat(Transition.closingWith(reason).closingReason()).contains(reason);
      assertThat(Transition.closingWith(reason).to()).isEqualTo(Stage.CLOSED);
    }
  }

  @Test
  void aTransitionClosesIfAndOnlyIfItHasAReason() {
    for (Transition transition : Transition.values()) {
      assertThat(transition.closingReason().isPresent()).isEqualTo(transition.to() == Stage.CLOSED);
    }
  }

  /** Otherwise a match could wait for ever. */
  @Test
  void everyOpenStageHasAWayOutThatTimeAloneOpensToAnyone() {
    for (Stage stage : Stage.values()) {
      boolean wayOut =
          Arrays.stream(Transition.values())
              .anyMatch(
                  t ->
                      t.from() == stage
                          && t.to() == Stage.CLOSED
                          && t.actor() == Transition.Actor.ANYONE
                          && t.timing() == Transition.Timing.AFTER_DEADLINE);
      assertThat(wayOut).as(stage.name()).isEqualTo(stage.isOpenMatch());
    }
  }
}
