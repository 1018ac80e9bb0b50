package modicum.ledger.web3j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerContract;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.node.EvmNode;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.protocol.core.DefaultBlockParameterName;

/** The contract on a real EVM node is a ledger. */
class Web3jLedgerTest extends LedgerContract {
  private static EvmNode node;
  private static RpcNode rpc;
  private static MarketDeployment deployment;

  private String snapshot;

  @BeforeAll
  static void deploys() {
    node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    rpc = new RpcNode(node.url().toString());
    deployment = MarketDeployment.deploy(funded(), PARAMETERS);
  }

  @AfterAll
  static void stops() {
    rpc.close();
    node.close();
  }

  @BeforeEach
  void remembersTheChain() {
    snapshot = node.snapshot();
  }

  @AfterEach
  void goesBack() {
    node.revert(snapshot);
  }

  @Override
  protected Ledger fundedAccount(String name) {
    return new Web3jLedger(deployment, funded());
  }

  @Override
  protected void advance(long seconds) {
    node.increaseTime(seconds);
  }

  private static TransactionSender funded() {
    Web3jSigner signer = Web3jSigner.generate();
    node.setBalance(signer.address(), FUNDS);
    return new TransactionSender(rpc, signer, TransactionSender.Options.LOCAL);
  }

  @Test
  void severalCommandsOfOneAccountGoAtTheSameTime() throws Exception {
    Ledger alice = fundedAccount("alice");
    List<Callable<Submission>> commands = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      Wei amount = Wei.of(i);
      commands.add(() -> alice.submit(new Command.Deposit(alice.account(), amount)));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Submission> submission : threads.invokeAll(commands)) {
        assertThat(submission.get()).isInstanceOf(Submission.Accepted.class);
      }
    }
    LedgerFollower follower = new LedgerFollower(alice, LedgerFollower.Options.DEFAULT);
    follower.poll();
    assertThat(follower.state().balance(alice.account()).free()).isEqualTo(Wei.of(78));
  }

  /** Whoever closes a match second must not take the node for broken. */
  @Test
  void refusesWhatAWaitingTransactionMakesImpossible() throws Exception {
    Ledger alice = fundedAccount("alice");
    alice.submit(new Command.Deposit(alice.account(), Wei.of(5)));
    Command all = new Command.Withdraw(alice.account(), Wei.of(5));
    node.setAutomine(false);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Submission> first = threads.submit(() -> alice.submit(all));
      awaitWaiting(alice.account());

      assertThat(alice.submit(all)).isInstanceOf(Submission.Refused.class);

      node.mine();
      assertThat(first.get()).isInstanceOf(Submission.Accepted.class);
    } finally {
      node.setAutomine(true);
    }
  }

  @Test
  void aBatchThatFitsNoBlockIsCutIntoSeveral() {
    Ledger alice = fundedAccount("alice");
    Address account = alice.account();
    List<Command> commands = new ArrayList<>();
    for (int floor = 1; floor <= 60; floor++) {
      commands.add(new Command.RegisterJobCreator(account));
      commands.add(new Command.RaiseNonceFloor(account, floor));
    }
    node.setBlockGasLimit(4_000_000);
    try {
      node.mine();
      List<Submission> submissions = alice.submitAll(commands);

      assertThat(submissions)
          .allSatisfy(one -> assertThat(one).isInstanceOf(Submission.Accepted.class));
      List<Receipt> receipts =
          submissions.stream().map(one -> ((Submission.Accepted) one).receipt()).toList();
      assertThat(receipts.stream().map(Receipt::transaction).distinct().count()).isBetween(2L, 12L);
      assertThat(alice.wallet(account)).isEqualTo(FUNDS.minus(paid(submissions)));
    } finally {
      node.setBlockGasLimit(30_000_000);
    }
  }

  private static void awaitWaiting(Address sender) throws InterruptedException {
    while (transactions(sender, DefaultBlockParameterName.PENDING)
        .equals(transactions(sender, DefaultBlockParameterName.LATEST))) {
      Thread.sleep(20);
    }
  }

  private static BigInteger transactions(Address sender, DefaultBlockParameterName at) {
    return rpc.demand(rpc.web3j().ethGetTransactionCount(sender.toString(), at))
        .getTransactionCount();
  }

  @Test
  void aFollowerNoticesThatTheChainWasReorganised() {
    Ledger alice = fundedAccount("alice");
    LedgerFollower follower = new LedgerFollower(alice, LedgerFollower.Options.DEFAULT);
    alice.submit(new Command.Deposit(alice.account(), Wei.of(1)));
    follower.poll();
    String fork = node.snapshot();
    alice.submit(new Command.Deposit(alice.account(), Wei.of(2)));
    follower.poll();
    assertThat(follower.state().balance(alice.account()).free()).isEqualTo(Wei.of(3));

    node.revert(fork);
    alice.submit(new Command.Deposit(alice.account(), Wei.of(7)));

    assertThat(follower.poll()).hasSize(1);
    assertThat(follower.state().balance(alice.account()).free()).isEqualTo(Wei.of(8));
  }

  @Test
  void saysThatNoContractIsThere() {
    Address nowhere = Web3jSigner.generate().address();
    TransactionSender sender = funded();
    assertThatThrownBy(() -> new Web3jLedger(new MarketDeployment(nowhere, 0), sender))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("no contract at " + nowhere)
        .hasMessageContaining("right chain");
  }

  @Test
  void aDeadEndpointIsUnavailable() {
    try (RpcNode dead = new RpcNode("http://127.0.0.1:1")) {
      assertThatThrownBy(dead::newestBlock)
          .isInstanceOf(LedgerUnavailable.class)
          .hasMessageContaining("http://127.0.0.1:1");
    }
  }
}
