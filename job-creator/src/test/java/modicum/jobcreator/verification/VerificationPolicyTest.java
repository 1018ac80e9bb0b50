package modicum.jobcreator.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationPolicyTest {
  private static long checkedOf(VerificationPolicy policy, int results, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, results)
        .mapToObj(i -> policy.draw(random))
        .filter(method -> method == VerificationMethod.RUN_AGAIN)
        .count();
  }

  @Test
  void checksTwoPercentOfResultsByDefault() {
    assertThat(checkedOf(VerificationPolicy.DEFAULT, 100_000, 7)).isBetween(1_900L, 2_100L);
  }

  @Test
  void aSeedDrawsTheSameAgain() {
    VerificationPolicy half = new VerificationPolicy.Sample(0.5);
    assertThat(checkedOf(half, 1000, 3)).isEqualTo(checkedOf(half, 1000, 3));
    assertThat(checkedOf(half, 1000, 3)).isNotEqualTo(checkedOf(half, 1000, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "none, TRUST",
    "always, RUN_AGAIN",
    "sample:1, RUN_AGAIN",
    "sample:0, TRUST",
    "checker:my/checker:1, CHECK"
  })
  void drawsAsItIsWritten(String text, VerificationMethod method) {
    assertThat(VerificationPolicy.parse(text).draw(new Random(1))).isEqualTo(method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "always", "sample:0.05", "checker:my/checker:1"})
  void isWrittenAsItIsRead(String text) {
    assertThat(VerificationPolicy.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "often",
        "sample:",
        "sample:2",
        "sample:-1",
        "sample:NaN",
        "none:1",
        "checker",
        "checker:"
      })
  void refusesWhatItDoesNotKnow(String text) {
    assertThatThrownBy(() -> VerificationPolicy.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
