package modicum.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import modicum.ledger.memory.InMemorySigner;
import modicum.protocol.identity.Address;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarketMoneyTest {
  private static final Address TOKEN = InMemorySigner.named("token").address();

  private static MarketParameters paidIn(Optional<Address> token) {
    return new MarketParameters(2, 2, 600, 600, 1000, MarketParameters.BURNT, token);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 wei",
    "8388607, 8388607 wei",
    "8388608, 0.008388608 gwei",
    "3000000000, 3 gwei",
    "562949953421312, 0.000562949953421312 ether"
  })
  void theCoinIsToldInTheUnitInWhichItIsShort(String wei, String told) {
    assertThat(MarketMoney.of(paidIn(Optional.empty())).forPeople(Wei.parse(wei))).isEqualTo(told);
    assertThat(MarketMoney.ofCoin(Wei.parse(wei))).isEqualTo(told);
  }

  @Test
  void aTokenIsToldInItsSmallestUnitsWhateverItCallsItself() {
    MarketMoney money = MarketMoney.of(paidIn(Optional.of(TOKEN)));
    assertThat(money.forPeople(Wei.parse("3000000000"))).isEqualTo("3000000000 units");
    assertThat(money.sentence()).contains(TOKEN.toString());
  }
}
