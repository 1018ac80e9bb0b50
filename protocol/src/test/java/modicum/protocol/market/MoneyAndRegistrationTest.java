package modicum.protocol.market;

import static modicum.protocol.fixtures.Parties.JOB_CREATOR;
import static modicum.protocol.fixtures.Parties.MEDIATOR;
import static modicum.protocol.fixtures.Parties.RESOURCE_PROVIDER;
import static modicum.protocol.fixtures.Parties.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.List;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.SmallMarket;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Trust;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Quantity;
import modicum.protocol.party.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MoneyAndRegistrationTest {
  private static final Wei LARGEST = new Wei(BigInteger.TWO.pow(96).subtract(BigInteger.ONE));

  private final SmallMarket market = SmallMarket.registered();

  @Test
  void moneyComesInAndGoesOut() {
    market.accepts(new Command.Deposit(STRANGER, Wei.of(5)));
    market.accepts(new Command.Withdraw(STRANGER, Wei.of(5)));
    assertThat(market.free(STRANGER)).isEqualTo(Wei.ZERO);
    assertThat(market.refuses(new Command.Withdraw(STRANGER, Wei.of(1))))
        .isEqualTo(Rejection.of(Condition.INSUFFICIENT_FUNDS, STRANGER, Wei.of(1), Wei.ZERO));
  }

  @Test
  void refusesNothingAsAnAmount() {
    assertThat(market.refuses(new Command.Deposit(STRANGER, Wei.ZERO)))
        .isEqualTo(Rejection.of(Condition.ZERO_AMOUNT));
    assertThat(market.refuses(new Command.Withdraw(STRANGER, Wei.ZERO)))
        .isEqualTo(Rejection.of(Condition.ZERO_AMOUNT));
  }

  /** No call of the contract could say so much, and no account could have it. */
  @Test
  void anAmountOutsideTheContractsWidthIsNoCommand() {
    Wei tooMuch = LARGEST.plus(Wei.of(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Command.Deposit(STRANGER, tooMuch))
        .withMessageContaining("below 2^96 wei");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Command.Withdraw(STRANGER, tooMuch))
        .withMessageContaining("below 2^96 wei");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Command.RaiseNonceFloor(STRANGER, Quantity.MAXIMUM + 1))
        .withMessageContaining("2^56 - 1");
  }

  @Test
  void lockedMoneyCannotBeWithdrawn() {
    market.match();
    assertThat(market.refuses(new Command.Withdraw(JOB_CREATOR, Wei.of(817_979))))
        .isEqualTo(
            Rejection.of(
                Condition.INSUFFICIENT_FUNDS, JOB_CREATOR, Wei.of(817_979), Wei.of(817_978)));
    market.accepts(new Command.Withdraw(JOB_CREATOR, Wei.of(817_978)));
  }

  @Test
  void allMoneyTogetherFitsTheContractsWidth() {
    SmallMarket empty = SmallMarket.empty();
    empty.deposit(JOB_CREATOR, LARGEST.minus(Wei.of(1)));
    empty.deposit(RESOURCE_PROVIDER, Wei.of(1));
    // One wei of yet another account: no balance is large, their sum would be.
    assertThat(empty.refuses(new Command.Deposit(STRANGER, Wei.of(1))))
        .isEqualTo(Rejection.of(Condition.BALANCE_TOO_LARGE, STRANGER));
    empty.accepts(new Command.Withdraw(RESOURCE_PROVIDER, Wei.of(1)));
    empty.deposit(STRANGER, Wei.of(1));
  }

  @ParameterizedTest
  @EnumSource(Trust.class)
  void onlyARegisteredPartyKeepsAList(Trust kind) {
    Bytes32 subject = Bytes32.fromHex("77".repeat(32));
    Command byStranger = new Command.SetTrust(STRANGER, kind, List.of(subject), true);
    assertThat(market.refuses(byStranger))
        .isEqualTo(Rejection.of(Condition.NOT_REGISTERED, kind.holder(), STRANGER));
    Address holder =
        switch (kind.holder()) {
          case JOB_CREATOR -> JOB_CREATOR;
          case RESOURCE_PROVIDER -> RESOURCE_PROVIDER;
          case MEDIATOR -> MEDIATOR;
          case DIRECTORY -> throw new AssertionError("directories trust nobody");
        };
    market.accepts(new Command.SetTrust(holder, kind, List.of(subject), true));
    for (Trust other : Trust.values()) {
      assertThat(market.state().registry().trusts(other, holder, subject)).isEqualTo(other == kind);
    }
    market.accepts(new Command.SetTrust(holder, kind, List.of(subject), false));
    assertThat(market.state().registry().trusts(kind, holder, subject)).isFalse();
  }

  @Test
  void aListChangesByManyEntriesAtOnceEachWithItsEvent() {
    Bytes32 one = Bytes32.fromHex("01".repeat(32));
    Bytes32 two = Bytes32.fromHex("02".repeat(32));
    Trust kind = Trust.MEDIATOR_SUPPORTS_BASE_LAYER;
    assertThat(market.accepts(new Command.SetTrust(MEDIATOR, kind, List.of(one, two, one), true)))
        .containsExactly(
            new MarketEvent.TrustChanged(MEDIATOR, kind, one, true),
            new MarketEvent.TrustChanged(MEDIATOR, kind, two, true),
            new MarketEvent.TrustChanged(MEDIATOR, kind, one, true));
    assertThat(market.accepts(new Command.SetTrust(MEDIATOR, kind, List.of(), true))).isEmpty();
  }

  @Test
  void registeringAgainReplacesAndKeepsTheLists() {
    market.accepts(new Command.RegisterDirectory(MEDIATOR, new Directory(Wei.of(1), "one")));
    market.accepts(new Command.RegisterDirectory(MEDIATOR, new Directory(Wei.of(2), "two")));
    assertThat(market.state().registry().directory(MEDIATOR).orElseThrow().endpoint())
        .isEqualTo("two");
    assertThat(market.state().registry().isRegistered(Role.MEDIATOR, MEDIATOR)).isTrue();
    assertThat(market.state().registry().mediators()).containsExactly(MEDIATOR);
    market.match();
  }
}
