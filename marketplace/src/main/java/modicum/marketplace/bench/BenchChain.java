package modicum.marketplace.bench;

import java.math.BigDecimal;
import java.nio.file.Path;
import modicum.ledger.node.EvmNode;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jLedger;
import modicum.ledger.web3j.Web3jSigner;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;

/**
 * A chain of its own on which everything is the same in each run: the keys, and so all addresses
 * and signatures, and the time. The bytes of a transaction decide what it costs to carry.
 */
final class BenchChain implements AutoCloseable {
  /** Seconds since 1970; later than any clock that this runs by, since a chain never goes back. */
  static final long START = 4_000_000_000L;

  private static final Wei WALLET = Wei.ofEther(BigDecimal.valueOf(1000));

  private final EvmNode node;
  private final RpcNode rpc;

  BenchChain(Path home) {
    Path nodeModules = home.resolve("contracts").resolve("node_modules");
    node = EvmNode.start(EvmNode.Options.forOneClient(EvmNode.findBinary(nodeModules)));
    rpc = new RpcNode(node.url().toString());
    node.increaseTime(START - System.currentTimeMillis() / 1000);
  }

  /** An account that can pay for its transactions. */
  TransactionSender account(String name) {
    return new TransactionSender(rpc, funded(name), TransactionSender.Options.LOCAL);
  }

  private Web3jSigner funded(String name) {
    Web3jSigner signer = signer(name);
    node.setBalance(signer.address(), WALLET);
    return signer;
  }

  static Web3jSigner signer(String name) {
    return Web3jSigner.fromPrivateKey(Keccak256.hashUtf8("modicum bench, " + name));
  }

  MarketDeployment deploy(String by, MarketParameters parameters) {
    return MarketDeployment.deploy(account(by), parameters);
  }

  BenchParty party(String name, MarketDeployment market) {
    TransactionSender sender = account(name);
    return new BenchParty(signer(name), sender, new Web3jLedger(market, sender));
  }

  void passTime(long seconds) {
    node.increaseTime(seconds);
  }

  @Override
  public void close() {
    rpc.close();
    node.close();
  }
}
