package modicum.ledger.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.web3j.ChainAudit;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TestNodes;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jLedger;
import modicum.ledger.web3j.Web3jSigner;
import modicum.protocol.market.Command;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EvmNodeTest {
  private static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, 600, 900, 1000, MarketParameters.BURNT);

  @TempDir private Path folder;

  @Test
  void aMarketIsStillThereAfterItsNodeWasKilledAndStartedAgain() throws Exception {
    Web3jSigner alice = Web3jSigner.generate();
    EvmNode.Options options =
        EvmNode.Options.withBlocksEvery(Duration.ofMillis(500), TestNodes.anvil())
            .keptIn(folder.resolve("chain/state.json"));
    EvmNode first = EvmNode.start(options);
    first.setBalance(alice.address(), Wei.of(1_000_000_000_000_000_000L));
    MarketDeployment deployment;
    try (RpcNode rpc = new RpcNode(first.url().toString())) {
      TransactionSender sender = new TransactionSender(rpc, alice, TransactionSender.Options.LOCAL);
      deployment = MarketDeployment.deploy(sender, PARAMETERS);
      Ledger ledger = new Web3jLedger(deployment, sender);
      ledger.submit(new Command.Deposit(alice.address(), Wei.of(42)));
    }
    // The state is written every second.
    Thread.sleep(2500);
    first.kill();

    try (EvmNode second = EvmNode.start(options);
        RpcNode rpc = new RpcNode(second.url().toString())) {
      TransactionSender sender = new TransactionSender(rpc, alice, TransactionSender.Options.LOCAL);
      Ledger ledger = new Web3jLedger(deployment, sender);
      LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
      follower.poll();
      assertThat(follower.state().balance(alice.address()).free()).isEqualTo(Wei.of(42));
      ledger.submit(new Command.Deposit(alice.address(), Wei.of(1)));
      follower.poll();
      assertThat(follower.state().balance(alice.address()).free()).isEqualTo(Wei.of(43));
    }
  }

  @Test
  void aNodeThatAKilledOwnerLeftBehindEndsBeforeAnotherServesItsChain() {
    EvmNode.Options options =
        EvmNode.Options.forOneClient(TestNodes.anvil()).keptIn(folder.resolve("chain/state.json"));
    EvmNode orphan = EvmNode.start(options);
    try (EvmNode second = EvmNode.start(options)) {
      assertThatThrownBy(orphan::mine).isInstanceOf(LedgerUnavailable.class);
      second.mine();
    } finally {
      orphan.close();
    }
  }

  @Test
  void aChainWhoseFileWasCutOffGoesOnFromItsLastWholeCopy() throws Exception {
    Path state = folder.resolve("chain/state.json");
    EvmNode.Options options = EvmNode.Options.forOneClient(TestNodes.anvil()).keptIn(state);
    Web3jSigner alice = Web3jSigner.generate();
    try (EvmNode first = EvmNode.start(options)) {
      first.setBalance(alice.address(), Wei.of(7));
      first.mine();
      Thread.sleep(1500);
      new ChainFile(state).copyIfWhole();
    }
    byte[] whole = Files.readAllBytes(state);
    Files.write(state, Arrays.copyOf(whole, whole.length / 2));

    try (EvmNode second = EvmNode.start(options);
        RpcNode rpc = new RpcNode(second.url().toString())) {
      ChainAudit audit = new ChainAudit(rpc, alice.address());
      assertThat(audit.wallet(alice.address(), audit.newestBlock())).isEqualTo(Wei.of(7));
    }
  }

  @Test
  void listensOnTheLoopbackInterfaceOnlyAndStopsAnsweringWhenClosed() {
    EvmNode node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    assertThat(node.url().getHost()).isEqualTo("127.0.0.1");
    node.increaseTime(5);
    node.close();
    assertThatThrownBy(node::mine).isInstanceOf(LedgerUnavailable.class);
  }

  @Test
  void aPortThatIsTakenIsSaidToBeTaken() {
    try (EvmNode first = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()))) {
      EvmNode.Options same =
          EvmNode.Options.forOneClient(TestNodes.anvil()).onPort(first.url().getPort());
      assertThatThrownBy(() -> EvmNode.start(same))
          .isInstanceOf(LedgerUnavailable.class)
          .hasMessageContaining("anvil does not start");
    }
  }

  @Test
  void saysHowToGetAnAnvilWhereThereIsNone() {
    assertThatThrownBy(() -> EvmNode.findBinary(folder))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("npm ci")
        .hasMessageContaining(EvmNode.BINARY_VARIABLE);
  }
}
