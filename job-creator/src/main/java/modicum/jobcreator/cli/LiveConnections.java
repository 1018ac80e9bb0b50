package modicum.jobcreator.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import modicum.directory.Directory;
import modicum.directory.client.HostedDirectory;
import modicum.executor.Executor;
import modicum.executor.ImageCatalog;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerImageCatalog;
import modicum.executor.docker.DockerOptions;
import modicum.jobcreator.MarketAccess;
import modicum.ledger.Ledger;
import modicum.ledger.MarketReader;
import modicum.ledger.config.MarketFile;
import modicum.ledger.config.MarketFile.DirectoryEntry;
import modicum.ledger.orders.HttpOrderBook;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.web3j.Keystore;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jLedger;
import modicum.ledger.web3j.Web3jReader;
import modicum.ledger.web3j.Web3jSignatures;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;

/**
 * A chain by JSON-RPC, hosted directories, solvers by HTTP, and the Docker engine of this machine.
 */
public final class LiveConnections implements Connections {
  private static final Duration PULL_TIMEOUT = Duration.ofMinutes(2);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @Override
  public Address createKeystore(Path file, String password) {
    return Keystore.create(file, password, Keystore.Strength.STANDARD).address();
  }

  @Override
  public Ledger ledger(MarketFile market, Path keystore, String password) {
    RpcNode node = keep(new RpcNode(market.rpc()));
    TransactionSender sender =
        new TransactionSender(
            node,
            Keystore.load(keystore, password),
            TransactionSender.Options.forNode(market.rpc()));
    return new Web3jLedger(deployment(market), sender);
  }

  @Override
  public MarketReader reader(MarketFile market, Path keystore) {
    return reader(market, Keystore.address(keystore));
  }

  @Override
  public MarketReader onlooker(MarketFile market) {
    return reader(market, Address.ZERO);
  }

  private MarketReader reader(MarketFile market, Address account) {
    return new Web3jReader(deployment(market), keep(new RpcNode(market.rpc())), account);
  }

  @Override
  public List<OrderBook> orderBooks(MarketFile market) {
    return market.solvers().stream()
        .<OrderBook>map(url -> new HttpOrderBook(URI.create(url)))
        .toList();
  }

  private static MarketDeployment deployment(MarketFile market) {
    return new MarketDeployment(market.contractAddress(), market.deploymentBlock());
  }

  @Override
  public MarketAccess market(MarketFile market, Path keystore, String password, Path stateFolder) {
    Ledger ledger = ledger(market, keystore, password);
    Map<Address, Directory> directories = new HashMap<>();
    return new MarketAccess(
        ledger,
        market.directories().stream().map(DirectoryEntry::account).toList(),
        address -> directories.computeIfAbsent(address, a -> directory(market, a, ledger.signer())),
        market.mediatorAddresses(),
        orderBooks(market),
        once(() -> executor(stateFolder.resolve("runs"))),
        once(this::images));
  }

  @Override
  public Executor executor(Path stateFolder) {
    return keep(new DockerExecutor(Optional.empty(), stateFolder, DockerOptions.DEFAULT));
  }

  @Override
  public ImageCatalog images() {
    return keep(new DockerImageCatalog(Optional.empty(), PULL_TIMEOUT));
  }

  private Directory directory(MarketFile market, Address address, Signer signer) {
    DirectoryEntry entry =
        market.directories().stream()
            .filter(d -> d.account().equals(address))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "directory "
                            + address
                            + " is not in the market file; add its address and endpoint there"));
    return keep(
        new HostedDirectory(
            new HostedDirectory.Connection(
                URI.create(entry.endpoint()), address, signer, new Web3jSignatures())));
  }

  private static <T> Supplier<T> once(Supplier<T> opening) {
    return new Supplier<>() {
      private Optional<T> opened = Optional.empty();

      @Override
      public synchronized T get() {
        if (opened.isEmpty()) {
          opened = Optional.of(opening.get());
        }
        return opened.get();
      }
    };
  }

  private synchronized <T extends AutoCloseable> T keep(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public synchronized void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception ignored) {
        // The process ends; what does not close now ends with it.
      }
    }
  }
}
