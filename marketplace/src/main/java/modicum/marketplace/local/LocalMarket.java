package modicum.marketplace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import modicum.executor.Executor;
import modicum.executor.ImageCatalog;
import modicum.executor.LocalImage;
import modicum.executor.UnknownImage;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerImageCatalog;
import modicum.executor.docker.DockerOptions;
import modicum.jobcreator.MarketAccess;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.MarketFile;
import modicum.ledger.config.YamlFile;
import modicum.ledger.node.EvmNode;
import modicum.ledger.orders.HttpOrderBook;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.web3j.ChainAudit;
import modicum.ledger.web3j.MarketDeployment;
import modicum.ledger.web3j.RpcNode;
import modicum.ledger.web3j.TransactionSender;
import modicum.ledger.web3j.Web3jSigner;
import modicum.marketplace.role.DirectoryRole;
import modicum.marketplace.role.DirectorySettings;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.MediatorRole;
import modicum.marketplace.role.ProviderRole;
import modicum.marketplace.role.RunningRole;
import modicum.marketplace.role.SolverRole;
import modicum.mediator.MediatorConfig;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.provider.ProviderConfig;
import modicum.solver.app.SolverConfig;

/**
 * A whole market in one process, on real parts: a chain, an S3 server, a directory, a solver,
 * honest providers, a mediator and a job creator's account. Everything that outlives it is in its
 * state folder.
 */
public final class LocalMarket implements AutoCloseable {
  public static final String JOB_CREATOR = "job-creator";
  public static final String DIRECTORY = "directory";
  public static final String SOLVER = "solver";
  public static final String MEDIATOR = "mediator";
  public static final String PROVIDER = "provider-";

  /** Wei that an honest provider asks for an instruction. */
  public static final long INSTRUCTION_PRICE = 1_000_000_000L;

  public static final long BANDWIDTH_PRICE = 1;

  /** Nanoseconds: three thousand million machine instructions a second. */
  public static final long TIME_PER_INSTRUCTION = 333_333;

  private static final Duration BLOCK_TIME = Duration.ofSeconds(1);

  /** Of the mediator, seconds. */
  private static final long PROBE_PERIOD = 10;

  private static final Duration PULL_TIMEOUT = Duration.ofSeconds(15);
  private static final Wei ALLOWANCE = Wei.ofEther(new BigDecimal(10_000));
  private static final BigInteger AVAILABILITY = BigInteger.valueOf(1_000_000_000_000L);
  private static final Capacity CAPACITY = new Capacity(10_000_000, 2L << 30, 4L << 30, 4L << 30);

  private final LocalMarketOptions options;
  private final Consumer<String> progress;
  private final LocalAccounts accounts;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<String> baseLayers = new ArrayList<>();
  private EvmNode node;
  private RpcNode rpc;
  private MarketDeployment deployment;
  private MarketFile market;
  private ImageCatalog images;
  private Optional<RunningRole> mediator = Optional.empty();

  private LocalMarket(LocalMarketOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    this.accounts = new LocalAccounts(options.state().resolve("keys"));
  }

  /**
   * Starts everything, in the order in which one needs the other.
   *
   * @param progress told in words what is being done
   */
  public static LocalMarket start(LocalMarketOptions options, Consumer<String> progress)
      throws InterruptedException {
    LocalMarket local = new LocalMarket(options, progress);
    try {
      local.start();
      return local;
    } catch (RuntimeException | InterruptedException | Error e) {
      local.close();
      throw e;
    }
  }

  private void start() throws InterruptedException {
    createFolder(options.state());
    keep(StateLock.of(options.state()));
    new LocalImages(options.home(), progress).buildBase();
    images = keep(new DockerImageCatalog(Optional.empty(), PULL_TIMEOUT));
    for (String image : options.baseImages()) {
      baseLayers.add(find(image).baseLayer().toHex());
    }
    startChain();
    deploy();
    startDirectoryAndSolver();
    for (int i = 1; i <= options.providers(); i++) {
      String party = PROVIDER + i;
      keep(startProvider(party, INSTRUCTION_PRICE, UnaryOperator.identity()));
      progress.accept("resource provider " + i + ": " + address(party));
    }
    startMediator();
    awaitReadiness();
    writeMarketFile();
  }

  private void awaitReadiness() throws InterruptedException {
    Readiness readiness = new Readiness();
    Address directory = address(DIRECTORY);
    Address judge = address(MEDIATOR);
    readiness.mediator(judge, directory, baseLayers);
    for (int i = 1; i <= options.providers(); i++) {
      readiness.provider(address(PROVIDER + i), directory, judge, baseLayers);
    }
    readiness.await(connect(JOB_CREATOR).ledger());
  }

  private LocalImage find(String image) {
    try {
      return images.find(image);
    } catch (UnknownImage e) {
      throw new BadConfiguration(e.getMessage(), e);
    }
  }

  // -------------------------------------------------------------- the chain

  private void startChain() {
    Path anvil = EvmNode.findBinary(options.home().resolve("contracts").resolve("node_modules"));
    node = keep(startNode(anvil));
    rpc = keep(new RpcNode(node.url().toString()));
    progress.accept("chain at " + node.url());
  }

  private EvmNode startNode(Path anvil) {
    try {
      return EvmNode.start(
          EvmNode.Options.withBlocksEvery(BLOCK_TIME, anvil)
              .keptIn(options.state().resolve("chain.json"))
              .onPort(options.rpcPort()));
    } catch (LedgerUnavailable e) {
      if (e.getMessage().contains("in use")) {
        throw new IllegalArgumentException(
            "port %d is taken; name another with --rpc-port, or 0 for a free one"
                .formatted(options.rpcPort()),
            e);
      }
      throw e;
    }
  }

  /** Where the contract stands on the kept chain. */
  private record Deployed(String contract, long block) {}

  private void deploy() {
    Path file = options.state().resolve("deployment.yaml");
    if (Files.exists(file)) {
      Deployed known = YamlFile.read(file, Deployed.class);
      deployment = new MarketDeployment(Address.fromHex(known.contract()), known.block());
      MarketDeployment.parameters(rpc, deployment.contract());
    } else {
      Web3jSigner deployer = fund("deployer");
      deployment =
          MarketDeployment.deploy(
              new TransactionSender(rpc, deployer, TransactionSender.Options.LOCAL),
              options.parameters());
      YamlFile.write(file, new Deployed(deployment.contract().toString(), deployment.block()));
    }
    market =
        new MarketFile(
            rpc.url(),
            deployment.contract().toString(),
            deployment.block(),
            List.of(),
            List.of(),
            List.of());
    progress.accept("market " + deployment.contract());
  }

  /** Makes sure that a party has something to begin with. */
  private Web3jSigner fund(String party) {
    Web3jSigner signer = accounts.of(party);
    ChainAudit audit = new ChainAudit(rpc, signer.address());
    if (audit.wallet(signer.address(), audit.newestBlock()).isZero()) {
      node.setBalance(signer.address(), ALLOWANCE);
    }
    return signer;
  }

  // -------------------------------------------------------------- the roles

  private void startDirectoryAndSolver() {
    MarketConnection ofDirectory = connect(DIRECTORY);
    DirectoryRole directory =
        keep(
            DirectoryRole.start(
                new DirectorySettings(
                    null,
                    0,
                    null,
                    AVAILABILITY,
                    stateOf(DIRECTORY).toString(),
                    options.storage().orElse(null),
                    null),
                ofDirectory.ledger()));
    progress.accept(directory.describe());
    SolverRole solver =
        keep(
            SolverRole.start(
                SolverConfig.at("127.0.0.1", 0, stateOf(SOLVER).toString()).polling(options.poll()),
                connect(SOLVER).ledger()));
    progress.accept(solver.describe());
    market =
        new MarketFile(
            market.rpc(),
            market.contract(),
            market.deploymentBlock(),
            List.of(
                new MarketFile.DirectoryEntry(
                    address(DIRECTORY).toString(), directory.endpoint().toString())),
            List.of(accounts.of(MEDIATOR).address().toString()),
            List.of(solver.endpoint().toString()));
  }

  /**
   * Starts a resource provider.
   *
   * @param party names its account and state folder
   * @param instructionPrice wei
   * @param sandbox what it makes of its executor: an honest one leaves it as it is
   */
  public RunningRole startProvider(
      String party, long instructionPrice, UnaryOperator<Executor> sandbox) {
    MarketConnection connection = connect(party);
    DockerExecutor docker = executor(party);
    ProviderRole role =
        ProviderRole.start(
            providerConfig(party, instructionPrice),
            connection,
            sandbox.apply(docker),
            docker.baseLayers());
    return new OwnedRole(role, List.of(docker));
  }

  private ProviderConfig providerConfig(String party, long instructionPrice) {
    return new ProviderConfig(
        "amd64",
        TIME_PER_INSTRUCTION,
        instructionPrice,
        BANDWIDTH_PRICE,
        CAPACITY,
        1,
        BigInteger.valueOf(1_000_000_000L),
        null,
        options.offersOnChain(),
        market.solvers(),
        market.mediators(),
        List.of(address(DIRECTORY).toString()),
        baseLayers,
        List.of(),
        Wei.ofEther(BigDecimal.valueOf(1_000)).value(),
        null,
        null,
        null,
        null,
        options.poll().toMillis(),
        stateOf(party).toString(),
        null,
        null);
  }

  /** Starts the mediator; at first that is done already. */
  public void startMediator() {
    MarketConnection connection = connect(MEDIATOR);
    DockerExecutor docker = executor(MEDIATOR);
    MediatorRole role =
        MediatorRole.start(mediatorConfig(), connection, docker, docker.baseLayers());
    mediator = Optional.of(keep(new OwnedRole(role, List.of(docker))));
    progress.accept(role.describe());
  }

  private MediatorConfig mediatorConfig() {
    return new MediatorConfig(
        "amd64",
        TIME_PER_INSTRUCTION,
        INSTRUCTION_PRICE,
        BANDWIDTH_PRICE,
        AVAILABILITY,
        List.of(address(DIRECTORY).toString()),
        baseLayers,
        List.of(),
        null,
        null,
        null,
        PROBE_PERIOD,
        null,
        options.poll().toMillis(),
        null,
        0,
        stateOf(MEDIATOR).toString());
  }

  /** Stops the mediator, as if its machine were lost. */
  public void stopMediator() {
    mediator.ifPresent(RunningRole::close);
    mediator = Optional.empty();
  }

  private DockerExecutor executor(String party) {
    return new DockerExecutor(Optional.empty(), stateOf(party), DockerOptions.DEFAULT);
  }

  // ------------------------------------------------------------ for callers

  /** A party's way into the market; its account is made and funded when first asked for. */
  public MarketConnection connect(String party) {
    return keep(MarketConnection.open(market, fund(party)));
  }

  /** All that a job creator reaches, with its own executor for looking at results. */
  public MarketAccess jobCreatorAccess(String party) {
    MarketConnection connection = connect(party);
    DockerExecutor docker = keep(executor(party));
    return new MarketAccess(
        connection.ledger(),
        List.of(address(DIRECTORY)),
        connection::directory,
        market.mediatorAddresses(),
        market.solvers().stream()
            .<OrderBook>map(url -> new HttpOrderBook(URI.create(url)))
            .toList(),
        () -> docker,
        () -> images);
  }

  public Address address(String party) {
    return accounts.of(party).address();
  }

  public MarketFile market() {
    return market;
  }

  public LocalMarketOptions options() {
    return options;
  }

  public EvmNode node() {
    return node;
  }

  public ChainAudit audit() {
    return new ChainAudit(rpc, deployment.contract());
  }

  public Path marketFile() {
    return options.state().resolve("market.yaml");
  }

  /** A file that a shell reads to become the local job creator. */
  public Path environmentFile() {
    return options.state().resolve("env");
  }

  public Path stateOf(String party) {
    return options.state().resolve(party);
  }

  private void writeMarketFile() {
    YamlFile.write(marketFile(), market);
    String environment =
        """
        export MODICUM_MARKET='%s'
        export MODICUM_KEYSTORE='%s'
        export MODICUM_PASSWORD_FILE='%s'
        export MODICUM_ON_CHAIN_OFFERS='%s'
        """
            .formatted(
                marketFile(),
                accounts.keystore(JOB_CREATOR),
                accounts.passwordFile(),
                options.offersOnChain());
    try {
      Files.writeString(environmentFile(), environment);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + environmentFile(), e);
    }
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + folder, e);
    }
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.push(resource);
    return resource;
  }

  /** Stops everything, the last started first. State stays in its folder. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        progress.accept("could not stop " + next + ": " + e.getMessage());
      }
    }
  }
}
