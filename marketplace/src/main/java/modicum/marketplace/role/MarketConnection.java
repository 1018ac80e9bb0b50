package modicum.marketplace.role;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.client.HostedDirectory;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.MarketFile;
import modicum.ledger.web3j.Keystore;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jLedger;
import modicum.ledger.web3j.Web3jSignatures;
import modicum.ledger.web3j.Web3jSigner;
import modicum.protocol.identity.Address;

/** One account's way into a market: its ledger, and the directories that the market file names. */
public final class MarketConnection implements AutoCloseable {
  private final MarketFile market;
  private final RpcNode node;
  private final Web3jLedger ledger;
  private final Map<Address, HostedDirectory> directories = new ConcurrentHashMap<>();

  private MarketConnection(MarketFile market, RpcNode node, Web3jLedger ledger) {
    this.market = market;
    this.node = node;
    this.ledger = ledger;
  }

  /**
   * @throws BadConfiguration when there is no such market
   * @throws modicum.ledger.LedgerUnavailable when the node does not answer
   */
  public static MarketConnection open(MarketFile market, Web3jSigner signer) {
    RpcNode node = new RpcNode(market.rpc());
    TransactionSender sender =
        new TransactionSender(node, signer, TransactionSender.Options.forNode(market.rpc()));
    MarketDeployment deployment =
        new MarketDeployment(market.contractAddress(), market.deploymentBlock());
    return new MarketConnection(market, node, new Web3jLedger(deployment, sender));
  }

  public static MarketConnection open(MarketFile market, Path keystore, String password) {
    return open(market, Keystore.load(keystore, password));
  }

  public MarketFile market() {
    return market;
  }

  public Web3jLedger ledger() {
    return ledger;
  }

  /**
   * @throws DirectoryUnavailable when the market file does not say where it is
   */
  public HostedDirectory directory(Address address) {
    return directories.computeIfAbsent(address, this::openDirectory);
  }

  private HostedDirectory openDirectory(Address address) {
    String endpoint =
        market.directories().stream()
            .filter(d -> d.account().equals(address))
            .map(MarketFile.DirectoryEntry::endpoint)
            .findFirst()
            .orElseThrow(
                () ->
                    new DirectoryUnavailable(
                        "the market file does not say where directory " + address + " is"));
    return new HostedDirectory(
        new HostedDirectory.Connection(
            URI.create(endpoint), address, ledger.signer(), new Web3jSignatures()));
  }

  @Override
  public void close() {
    directories.values().forEach(HostedDirectory::close);
    node.close();
  }
}
