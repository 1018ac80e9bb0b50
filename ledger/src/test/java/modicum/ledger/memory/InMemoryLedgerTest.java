package modicum.ledger.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerContract;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Submission;
import modicum.ledger.WalletTooSmall;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.market.Command;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.Test;

/** The chain in memory is a ledger, and fails as it is told. */
class InMemoryLedgerTest extends LedgerContract {
  private final InMemoryChain chain = new InMemoryChain(PARAMETERS, 1_800_000_000L);

  @Override
  protected Ledger fundedAccount(String name) {
    InMemoryLedger ledger = chain.ledger(name);
    chain.give(ledger.account(), FUNDS);
    return ledger;
  }

  @Override
  protected void advance(long seconds) {
    chain.advance(seconds);
  }

  @Test
  void feesLeaveTheWalletAndNothingElseIsLost() {
    Ledger alice = fundedAccount("alice");
    chain.setGasPrice(Wei.of(7));
    var accepted =
        (Submission.Accepted) alice.submit(new Command.Deposit(alice.account(), Wei.of(1000)));
    assertThat(accepted.receipt().fee()).isEqualTo(Wei.of(7 * InMemoryChain.GAS));
    assertThat(
            alice
                .wallet(alice.account())
                .plus(chain.state().total())
                .plus(accepted.receipt().fee()))
        .isEqualTo(FUNDS);
  }

  @Test
  void answersNobodyWhileItIsUnavailable() {
    Ledger alice = fundedAccount("alice");
    chain.setUnavailable(true);
    assertThatThrownBy(alice::head).isInstanceOf(LedgerUnavailable.class);
    assertThatThrownBy(() -> alice.submit(new Command.RegisterJobCreator(alice.account())))
        .isInstanceOf(LedgerUnavailable.class);
    chain.setUnavailable(false);
    assertThat(alice.events(0, alice.head().number())).isEmpty();
  }

  @Test
  void aDroppedBlockIsUndone() {
    Ledger alice = fundedAccount("alice");
    alice.submit(new Command.Deposit(alice.account(), Wei.of(10)));
    alice.submit(new Command.Deposit(alice.account(), Wei.of(5)));
    chain.dropBlocks(1);
    assertThat(chain.state().balance(alice.account()))
        .isEqualTo(new AccountBalance(Wei.of(10), Wei.ZERO));
    assertThat(alice.wallet(alice.account())).isEqualTo(FUNDS.minus(Wei.of(10)));
  }

  @Test
  void aReorganisedChainHoldsTheSameCommandsInOtherBlocks() {
    Ledger alice = fundedAccount("alice");
    alice.submit(new Command.Deposit(alice.account(), Wei.of(10)));
    var before = alice.head();
    chain.reorganise(1);
    assertThat(alice.head().number()).isEqualTo(before.number());
    assertThat(alice.head().hash()).isNotEqualTo(before.hash());
    assertThat(chain.state().balance(alice.account()).free()).isEqualTo(Wei.of(10));
  }

  @Test
  void aCrashBeforeACommandLeavesNothingAndOneAfterItLeavesItDone() {
    Ledger alice = fundedAccount("alice");
    Command deposit = new Command.Deposit(alice.account(), Wei.of(10));
    chain.beforeSubmit(
        command -> {
          throw new IllegalStateException("crash");
        });
    assertThatThrownBy(() -> alice.submit(deposit)).hasMessage("crash");
    assertThat(chain.state().total()).isEqualTo(Wei.ZERO);

    chain.beforeSubmit(command -> {});
    chain.afterSubmit(
        command -> {
          throw new IllegalStateException("crash");
        });
    assertThatThrownBy(() -> alice.submit(deposit)).hasMessage("crash");
    assertThat(chain.state().total()).isEqualTo(Wei.of(10));
  }

  @Test
  void aSignatureIsOfItsAccountAndItsHashOnly() {
    InMemorySigner alice = InMemorySigner.named("alice");
    var hash = chain.ledger("alice").head().hash();
    assertThat(InMemorySigner.RECOVERY.recover(hash, alice.sign(hash))).contains(alice.address());
    assertThat(
            InMemorySigner.RECOVERY.recover(
                modicum.protocol.encoding.Bytes32.ZERO, alice.sign(hash)))
        .isEmpty();
  }

  @Test
  void aBatchIsOneBlockThatIsDroppedAndReorganisedWhole() {
    Ledger alice = fundedAccount("alice");
    List<Command> batch =
        List.of(
            new Command.RegisterJobCreator(alice.account()),
            new Command.Withdraw(alice.account(), Wei.of(1)),
            new Command.RaiseNonceFloor(alice.account(), 4));
    long before = alice.head().number();
    alice.submitAll(batch);
    assertThat(alice.head().number()).isEqualTo(before + 1);

    chain.reorganise(1);
    assertThat(chain.state().nonceFloor(alice.account())).isEqualTo(4);
    assertThat(chain.state().registry().isRegistered(Role.JOB_CREATOR, alice.account())).isTrue();

    chain.dropBlocks(1);
    assertThat(chain.state().nonceFloor(alice.account())).isZero();
    assertThat(chain.state().registry().isRegistered(Role.JOB_CREATOR, alice.account())).isFalse();
  }

  @Test
  void aCrashBeforeABatchLeavesNothingAndOneAfterItLeavesAllOfIt() {
    Ledger alice = fundedAccount("alice");
    List<Command> batch =
        List.of(
            new Command.RaiseNonceFloor(alice.account(), 1),
            new Command.RaiseNonceFloor(alice.account(), 2));
    chain.beforeSubmit(InMemoryLedgerTest::crashAtTheSecond);
    assertThatThrownBy(() -> alice.submitAll(batch)).hasMessage("crash");
    assertThat(chain.state().nonceFloor(alice.account())).isZero();

    chain.beforeSubmit(command -> {});
    chain.afterSubmit(InMemoryLedgerTest::crashAtTheSecond);
    assertThatThrownBy(() -> alice.submitAll(batch)).hasMessage("crash");
    assertThat(chain.state().nonceFloor(alice.account())).isEqualTo(2);
  }

  private static void crashAtTheSecond(Command command) {
    if (command instanceof Command.RaiseNonceFloor raise && raise.nonceFloor() == 2) {
      throw new IllegalStateException("crash");
    }
  }

  @Test
  void inAMarketThatIsPaidInATokenTheChainsFeesAreOfAnotherWallet() {
    Address token = InMemorySigner.named("token").address();
    InMemoryChain tokens =
        new InMemoryChain(
            new MarketParameters(3, 2, 600, 900, 1000, MarketParameters.BURNT, Optional.of(token)),
            1_800_000_000L);
    tokens.setGasPrice(Wei.of(1));
    Ledger alice = tokens.ledger("alice");
    Command deposit = new Command.Deposit(alice.account(), Wei.of(10));
    tokens.giveForGas(alice.account(), Wei.of(2 * InMemoryChain.GAS));
    assertThatThrownBy(() -> alice.submit(deposit))
        .isInstanceOf(WalletTooSmall.class)
        .hasMessageContaining(token.toString());

    tokens.give(alice.account(), Wei.of(25));
    alice.submitAll(List.of(deposit, deposit));

    assertThat(alice.wallet(alice.account())).isEqualTo(Wei.of(5));
    assertThat(alice.gasWallet(alice.account())).isEqualTo(Wei.ZERO);
    assertThatThrownBy(() -> alice.submit(new Command.Withdraw(alice.account(), Wei.of(1))))
        .isInstanceOf(WalletTooSmall.class)
        .hasMessageContaining("ether");
  }
}
