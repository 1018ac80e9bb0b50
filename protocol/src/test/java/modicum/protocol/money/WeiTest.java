package modicum.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeiTest {
  @Test
  void isNeverNegative() {
    assertThatIllegalArgumentException().isThrownBy(() -> Wei.of(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Wei.of(1).minus(Wei.of(2)));
    assertThat(Wei.of(1).minusOrZero(Wei.of(2))).isEqualTo(Wei.ZERO);
    assertThat(Wei.of(5).minusOrZero(Wei.of(2))).isEqualTo(Wei.of(3));
  }

  @Test
  void readsWhatItPrints() {
    String large = "123456789012345678901234567890";
    assertThat(Wei.parse(large)).hasToString(large);
    assertThat(Wei.parse("0")).isEqualTo(Wei.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "1.5", "1e3", "0x10", " 1", "\u0661"})
  void refusesWhatIsNoWholeNumber(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Wei.parse(text))
        .withMessageContaining("whole number");
  }

  @Test
  void refusesAnEndlessNumberBeforeReadingIt() {
    assertThatIllegalArgumentException().isThrownBy(() -> Wei.parse("9".repeat(1_000_000)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1000000000000000000",
    "0.5, 500000000000000000",
    "1e-18, 1",
    "1.500000000000000000000, 1500000000000000000",
    "0, 0",
    "1e3, 1000000000000000000000"
  })
  void readsEther(BigDecimal ether, String wei) {
    assertThat(Wei.ofEther(ether)).hasToString(wei);
    assertThat(new BigDecimal(Wei.ofEther(ether).inEther())).isEqualByComparingTo(ether);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e-19", "-1", "1e60", "1e999999999", "1e2147483647", "1e-999999999"})
  void refusesEtherThatIsNoWeiOrTooMuch(BigDecimal ether) {
    assertThatIllegalArgumentException().isThrownBy(() -> Wei.ofEther(ether));
  }

  @Test
  void comparesAndLimits() {
    assertThat(Wei.of(2)).isGreaterThan(Wei.of(1));
    assertThat(Wei.of(2).covers(Wei.of(2))).isTrue();
    assertThat(Wei.of(2).covers(Wei.of(3))).isFalse();
    assertThat(Wei.of(2).atMost(Wei.of(1))).isEqualTo(Wei.of(1));
    assertThat(Wei.of(1).atMost(Wei.of(2))).isEqualTo(Wei.of(1));
    assertThat(Wei.of(7).halfRoundedDown()).isEqualTo(Wei.of(3));
    assertThat(Wei.of(7).times(3)).isEqualTo(Wei.of(21));
    assertThat(Wei.ZERO.isZero()).isTrue();
  }
}
