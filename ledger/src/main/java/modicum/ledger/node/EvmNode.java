package modicum.ledger.node;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;

/** An anvil process. */
public final class EvmNode implements LocalNode {
  /** Names the anvil to use, wherever a configuration does not. */
  public static final String BINARY_VARIABLE = "MODICUM_ANVIL";

  private static final Pattern LISTENING = Pattern.compile("^Listening on (\\S+)");
  private static final String HOST = "127.0.0.1";

  /**
   * @param binary the anvil program
   * @param blockTime between two blocks; zero mines each transaction at once, which one client at a
   *     time may use: with several, such a node falls behind and stalls
   * @param state file that the chain is kept in over restarts; empty keeps nothing
   * @param port 0 for a free one
   * @param chainId the number that tells this chain from others
   */
  public record Options(
      Path binary, Duration blockTime, Optional<Path> state, int port, long chainId) {
    public static final long LOCAL_CHAIN = 31337;

    /** For tests that are the only client: each transaction is mined at once, nothing is kept. */
    public static Options forOneClient(Path binary) {
      return new Options(binary, Duration.ZERO, Optional.empty(), 0, LOCAL_CHAIN);
    }

    /** A block every so often, nothing is kept. */
    public static Options withBlocksEvery(Duration blockTime, Path binary) {
      return new Options(binary, blockTime, Optional.empty(), 0, LOCAL_CHAIN);
    }

    public Options keptIn(Path file) {
      return new Options(binary, blockTime, Optional.of(file), port, chainId);
    }

    public Options onPort(int number) {
      return new Options(binary, blockTime, state, number, chainId);
    }
  }

  private final NodeProcess process;
  private final Optional<Thread> copying;
  private final URI url;
  private final JsonRpc rpc;

  private EvmNode(NodeProcess process, URI url, Optional<Thread> copying) {
    this.process = process;
    this.copying = copying;
    this.url = url;
    this.rpc = new JsonRpc(url);
  }

  /**
   * Finds the anvil program: the one that the environment names, or else the one among these
   * installed npm packages.
   *
   * @param nodeModules a folder named node_modules
   * @throws BadConfiguration when there is none
   */
  public static Path findBinary(Path nodeModules) {
    String named = System.getenv(BINARY_VARIABLE);
    if (named != null && !named.isBlank()) {
      return requireProgram(Path.of(named));
    }
    // The program itself, not the script around it: a script's child would outlive it.
    try (Stream<Path> packages = Files.list(nodeModules.resolve("@foundry-rs"))) {
      return packages
          .filter(path -> path.getFileName().toString().startsWith("anvil-"))
          .flatMap(path -> Stream.of(path.resolve("bin/anvil"), path.resolve("bin/anvil.exe")))
          .filter(Files::isExecutable)
          .findFirst()
          .orElseThrow(() -> noBinary(nodeModules, null));
    } catch (IOException e) {
      throw noBinary(nodeModules, e);
    }
  }

  private static Path requireProgram(Path path) {
    if (!Files.isExecutable(path)) {
      throw new BadConfiguration(
          BINARY_VARIABLE + " names " + path + ", which is no program that can be run");
    }
    return path;
  }

  private static BadConfiguration noBinary(Path nodeModules, Throwable cause) {
    return new BadConfiguration(
        "no anvil in "
            + nodeModules
            + ": run npm ci in the folder contracts, or set "
            + BINARY_VARIABLE
            + " to an anvil program",
        cause);
  }

  /**
   * Starts a node and waits until it answers.
   *
   * @throws LedgerUnavailable when it does not start; the message holds its last words
   */
  public static EvmNode start(Options options) {
    NodeProcess process = launch(options);
    return new EvmNode(process, process.awaitListening(LISTENING), startCopying(options));
  }

  private static NodeProcess launch(Options options) {
    Optional<NodeProcessFile> processFile = processFile(options);
    processFile.ifPresent(NodeProcessFile::endLeftover);
    options.state().map(ChainFile::new).ifPresent(ChainFile::repair);
    NodeProcess process = NodeProcess.start("anvil", command(options));
    processFile.ifPresent(file -> file.write(process.pid()));
    return process;
  }

  private static List<String> command(Options options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                options.binary().toString(),
                "--host",
                HOST,
                "--port",
                Integer.toString(options.port()),
                "--chain-id",
                Long.toString(options.chainId()),
                "--accounts",
                "0"));
    if (!options.blockTime().isZero()) {
      double seconds = options.blockTime().toMillis() / 1000.0;
      command.addAll(List.of("--block-time", String.format(Locale.ROOT, "%.3f", seconds)));
    }
    options
        .state()
        .ifPresent(
            file -> command.addAll(List.of("--state", file.toString(), "--state-interval", "1")));
    return command;
  }

  private static Optional<NodeProcessFile> processFile(Options options) {
    if (options.state().isEmpty()) {
      return Optional.empty();
    }
    Path state = options.state().get().toAbsolutePath();
    try {
      Files.createDirectories(state.getParent());
    } catch (IOException e) {
      throw new LedgerUnavailable("anvil has no folder to keep its chain in: " + e.getMessage(), e);
    }
    return Optional.of(new NodeProcessFile(state, options.binary()));
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public void fund(Address account, Wei amount) {
    String balance = rpc.call("eth_getBalance", account.toString(), "latest").asString();
    setBalance(account, new Wei(new BigInteger(balance.substring(2), 16)).plus(amount));
  }

  /** Sets what an account has outside the market. */
  public void setBalance(Address account, Wei balance) {
    rpc.call("anvil_setBalance", account.toString(), "0x" + balance.value().toString(16));
  }

  @Override
  public void increaseTime(long seconds) {
    rpc.call("evm_increaseTime", seconds);
    mine();
  }

  /** Mines a block of what is waiting. */
  public void mine() {
    rpc.call("evm_mine");
  }

  /** Whether transactions are mined as they come; a node with a block time never does. */
  public void setAutomine(boolean automine) {
    rpc.call("evm_setAutomine", automine);
  }

  /** Sets how much gas the transactions of a block may use together. */
  public void setBlockGasLimit(long gas) {
    rpc.call("evm_setBlockGasLimit", "0x" + Long.toHexString(gas));
  }

  /** Forgets a transaction that is waiting to be mined, as a restarted node would. */
  public void forgetWaitingTransactions() {
    rpc.call("anvil_dropAllTransactions");
  }

  /** Marks the chain as it is now, to go back to. */
  public String snapshot() {
    return rpc.call("evm_snapshot").asString();
  }

  /** Goes back to a snapshot: what came after it is gone, as in a re-organisation. */
  public void revert(String snapshot) {
    if (!rpc.call("evm_revert", snapshot).asBoolean()) {
      throw new IllegalArgumentException("no snapshot " + snapshot);
    }
  }

  @Override
  public void kill() {
    process.kill();
    copying.ifPresent(Thread::interrupt);
  }

  @Override
  public void close() {
    process.stop();
    copying.ifPresent(Thread::interrupt);
  }

  private static Optional<Thread> startCopying(Options options) {
    return options
        .state()
        .map(ChainFile::new)
        .map(file -> Thread.ofVirtual().name("copy the chain").start(file::keepCopying));
  }
}
