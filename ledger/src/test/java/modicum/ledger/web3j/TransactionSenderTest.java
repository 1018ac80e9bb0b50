package modicum.ledger.web3j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.WalletTooSmall;
import modicum.ledger.node.EvmNode;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** What goes wrong between sending a transaction and its receipt, on a real node. */
@Timeout(120)
class TransactionSenderTest {
  private static final String SOMEONE = "0x000000000000000000000000000000000000beef";
  private static final BigInteger TRANSFER_GAS = BigInteger.valueOf(21_000);
  private static final Wei FUNDS = Wei.of(1_000_000_000_000_000_000L);
  private static final TransactionSender.Options HASTY =
      new TransactionSender.Options(
          Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(60));

  private final Web3jSigner alice = Web3jSigner.generate();
  private EvmNode node;
  private RpcNode rpc;

  @BeforeEach
  void starts() {
    node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    rpc = new RpcNode(node.url().toString());
    node.setBalance(alice.address(), FUNDS);
  }

  @AfterEach
  void stops() {
    rpc.close();
    node.close();
  }

  @Test
  void aStuckTransactionIsSentAgainForMoreAndMinedOnce() {
    node.setAutomine(false);
    TransactionSender sender = new TransactionSender(rpc, alice, HASTY);
    CompletableFuture<TransactionReceipt> sent = sending(sender, 1);
    awaitPending(1);
    BigInteger firstPrice = pendingMaximumFee();
    while (pendingMaximumFee().compareTo(firstPrice) <= 0) {
      Thread.onSpinWait();
    }
    node.mine();
    TransactionReceipt receipt = sent.join();
    assertThat(receipt.isStatusOK()).isTrue();
    assertThat(balanceOfSomeone()).isEqualTo(1);
  }

  @Test
  void aTransactionThatTheNodeForgotIsSentAgain() {
    node.setAutomine(false);
    TransactionSender sender = new TransactionSender(rpc, alice, HASTY);
    CompletableFuture<TransactionReceipt> sent = sending(sender, 1);
    awaitPending(1);
    node.forgetWaitingTransactions();
    node.setAutomine(true);
    assertThat(sent.join().isStatusOK()).isTrue();
    assertThat(balanceOfSomeone()).isEqualTo(1);
  }

  @Test
  void aNonceThatAnotherProcessUsedIsReplaced() {
    node.setAutomine(false);
    TransactionSender sender = new TransactionSender(rpc, alice, HASTY);
    CompletableFuture<TransactionReceipt> sent = sending(sender, 1);
    awaitPending(1);
    node.forgetWaitingTransactions();
    node.setAutomine(true);
    // With the same nonce, and mined before ours is sent again or not: both must be mined once.
    TransactionReceipt others =
        new TransactionSender(rpc, alice, TransactionSender.Options.LOCAL).send(transfer(100));
    assertThat(others.isStatusOK()).isTrue();
    assertThat(sent.join().isStatusOK()).isTrue();
    assertThat(balanceOfSomeone()).isEqualTo(101);
  }

  @Test
  void whatWasGivenUpAndIsAskedForAgainIsNotSentTwice() {
    node.setAutomine(false);
    TransactionSender sender =
        new TransactionSender(
            rpc,
            alice,
            new TransactionSender.Options(
                Duration.ofMillis(10), Duration.ofSeconds(60), Duration.ofMillis(200)));
    assertThatThrownBy(() -> sender.send(transfer(1)))
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("not mined");
    node.mine();
    assertThat(sender.send(transfer(1)).isStatusOK()).isTrue();
    assertThat(balanceOfSomeone()).isEqualTo(1);
    node.setAutomine(true);
    assertThat(sender.send(transfer(1)).isStatusOK()).isTrue();
    assertThat(balanceOfSomeone()).isEqualTo(2);
  }

  @Test
  void severalTransactionsWaitTogetherUnderTheirOwnNonces() {
    node.setAutomine(false);
    TransactionSender sender = new TransactionSender(rpc, alice, TransactionSender.Options.LOCAL);
    CompletableFuture<?>[] all = new CompletableFuture<?>[8];
    for (int i = 0; i < all.length; i++) {
      all[i] = sending(sender, i + 1);
    }
    awaitPending(all.length);
    node.mine();
    CompletableFuture.allOf(all).join();
    assertThat(balanceOfSomeone()).isEqualTo(36);
  }

  @Test
  void aRestartOfTheNodeIsSurvived(@TempDir Path folder) {
    Path state = folder.resolve("chain.json");
    EvmNode.Options options =
        EvmNode.Options.withBlocksEvery(Duration.ofMillis(500), TestNodes.anvil()).keptIn(state);
    EvmNode first = EvmNode.start(options);
    first.setBalance(alice.address(), FUNDS);
    EvmNode.Options again = options.onPort(first.url().getPort());
    try (RpcNode connection = new RpcNode(first.url().toString())) {
      TransactionSender sender = new TransactionSender(connection, alice, HASTY);
      assertThat(sender.send(transfer(1)).isStatusOK()).isTrue();
      first.close();
      assertThatThrownBy(() -> sender.send(transfer(2))).isInstanceOf(LedgerUnavailable.class);
      try (EvmNode second = EvmNode.start(again)) {
        assertThat(sender.send(transfer(2)).isStatusOK()).isTrue();
        assertThat(second.url()).isEqualTo(first.url());
        assertThat(balanceOfSomeone(connection)).isEqualTo(3);
      }
    }
  }

  @Test
  void anAnswerThatGotLostDoublesNothing() throws IOException {
    AtomicBoolean losing = new AtomicBoolean(true);
    HttpServer proxy = losingAnswersToTransactions(losing);
    try (RpcNode connection = new RpcNode("http://127.0.0.1:" + proxy.getAddress().getPort())) {
      TransactionSender sender = new TransactionSender(connection, alice, HASTY);
      assertThatThrownBy(() -> sender.send(transfer(1))).isInstanceOf(LedgerUnavailable.class);
      losing.set(false);
      assertThat(sender.send(transfer(1)).isStatusOK()).isTrue();
      assertThat(balanceOfSomeone()).isEqualTo(1);
    } finally {
      proxy.stop(0);
    }
  }

  /** Hands everything on to the node, and answers a sent transaction with an error of its own. */
  private HttpServer losingAnswersToTransactions(AtomicBoolean losing) throws IOException {
    HttpServer proxy = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    HttpClient client = HttpClient.newHttpClient();
    proxy.createContext(
        "/",
        exchange -> {
          byte[] question = exchange.getRequestBody().readAllBytes();
          byte[] answer = forward(client, question);
          boolean lose =
              losing.get() && new String(question, StandardCharsets.UTF_8).contains("eth_sendRaw");
          exchange.sendResponseHeaders(lose ? 502 : 200, lose ? -1 : answer.length);
          if (!lose) {
            exchange.getResponseBody().write(answer);
          }
          exchange.close();
        });
    proxy.start();
    return proxy;
  }

  private byte[] forward(HttpClient client, byte[] question) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(node.url())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(question))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void anEmptyWalletIsSaidToBeEmpty() {
    Web3jSigner poor = Web3jSigner.generate();
    TransactionSender sender = new TransactionSender(rpc, poor, TransactionSender.Options.LOCAL);
    assertThatThrownBy(() -> sender.send(transfer(1)))
        .isInstanceOf(WalletTooSmall.class)
        .hasMessageContaining(poor.address().toString());
  }

  // ------------------------------------------------------------------ the node

  private static TransactionSender.Payload transfer(long wei) {
    return new TransactionSender.Payload(
        Optional.of(SOMEONE), "0x", BigInteger.valueOf(wei), TRANSFER_GAS);
  }

  private static CompletableFuture<TransactionReceipt> sending(TransactionSender sender, long wei) {
    return CompletableFuture.supplyAsync(
        () -> sender.send(transfer(wei)), task -> Thread.ofVirtual().start(task));
  }

  private void awaitPending(int count) {
    while (rpc.demand(
                rpc.web3j()
                    .ethGetTransactionCount(
                        alice.address().toString(), DefaultBlockParameterName.PENDING))
            .getTransactionCount()
            .intValueExact()
        < count) {
      Thread.onSpinWait();
    }
  }

  private BigInteger pendingMaximumFee() {
    return rpc
        .demand(rpc.web3j().ethGetBlockByNumber(DefaultBlockParameterName.PENDING, true))
        .getBlock()
        .getTransactions()
        .stream()
        .map(result -> (org.web3j.protocol.core.methods.response.Transaction) result.get())
        .map(transaction -> transaction.getMaxFeePerGas())
        .findFirst()
        .orElse(BigInteger.ZERO);
  }

  private long balanceOfSomeone() {
    return balanceOfSomeone(rpc);
  }

  private static long balanceOfSomeone(RpcNode rpc) {
    return rpc.demand(rpc.web3j().ethGetBalance(SOMEONE, DefaultBlockParameterName.LATEST))
        .getBalance()
        .longValueExact();
  }
}
