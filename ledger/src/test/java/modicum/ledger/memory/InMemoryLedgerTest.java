package modicum.ledger.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import modicum.ledger.Ledger;
import modicum.ledger.LedgerContract;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.money.AccountBalance;
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
}
