package modicum.ledger.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;

/**
 * A chain of one node on this machine, for local markets and tests: an anvil process that ends with
 * us. It listens on the loopback interface only.
 */
public final class EvmNode implements AutoCloseable {
  /** Names the anvil to use, wherever a configuration does not. */
  public static final String BINARY_VARIABLE = "MODICUM_ANVIL";

  private static final String LISTENING = "Listening on ";
  private static final String HOST = "127.0.0.1";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final int LAST_WORDS = 20;

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

  private final Process process;
  private final Thread onExit;
  private final Optional<Thread> copying;
  private final URI url;
  private final JsonRpc rpc;

  private EvmNode(Process process, Thread onExit, URI url, Optional<Thread> copying) {
    this.process = process;
    this.onExit = onExit;
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
    Process process = launch(options);
    Thread onExit = new Thread(process::destroyForcibly, "stop anvil");
    Runtime.getRuntime().addShutdownHook(onExit);
    try {
      URI url = awaitListening(process);
      return new EvmNode(process, onExit, url, startCopying(options));
    } catch (RuntimeException e) {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(onExit);
      throw e;
    }
  }

  private static Process launch(Options options) {
    try {
      Optional<NodeProcessFile> processFile = processFile(options);
      processFile.ifPresent(NodeProcessFile::endLeftover);
      options.state().map(ChainFile::new).ifPresent(ChainFile::repair);
      Process process = new ProcessBuilder(command(options)).redirectErrorStream(true).start();
      processFile.ifPresent(file -> file.write(process.pid()));
      return process;
    } catch (IOException e) {
      throw new LedgerUnavailable("anvil does not start: " + e.getMessage(), e);
    }
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

  private static Optional<NodeProcessFile> processFile(Options options) throws IOException {
    if (options.state().isEmpty()) {
      return Optional.empty();
    }
    Path state = options.state().get().toAbsolutePath();
    Files.createDirectories(state.getParent());
    return Optional.of(new NodeProcessFile(state, options.binary()));
  }

  private static URI awaitListening(Process process) {
    CompletableFuture<URI> listening = new CompletableFuture<>();
    // Reads to the end: a full pipe would stop the node.
    Thread.ofVirtual().name("anvil's output").start(() -> readOutput(process, listening));
    try {
      return listening.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new LedgerUnavailable("anvil does not listen after " + START_TIMEOUT, e);
    } catch (ExecutionException e) {
      throw new LedgerUnavailable("anvil does not start: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailable("interrupted while anvil was starting", e);
    }
  }

  private static void readOutput(Process process, CompletableFuture<URI> listening) {
    Deque<String> lastWords = new ArrayDeque<>();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(LISTENING)) {
          listening.complete(URI.create("http://" + line.substring(LISTENING.length()).trim()));
        }
        lastWords.addLast(line);
        if (lastWords.size() > LAST_WORDS) {
          lastWords.removeFirst();
        }
      }
    } catch (IOException e) {
      lastWords.addLast(e.getMessage());
    }
    listening.completeExceptionally(new IOException(String.join("\n", lastWords)));
  }

  /** Where it answers JSON-RPC. */
  public URI url() {
    return url;
  }

  /** Sets what an account has outside the market. */
  public void setBalance(Address account, Wei balance) {
    rpc.call("anvil_setBalance", account.toString(), "0x" + balance.value().toString(16));
  }

  /** Moves the clock, and mines a block, so that everyone sees it. */
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

  /** Kills the node at once, as a crash would. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
    forgetOnExit();
  }

  /** Stops the node; a kept state is written. */
  @Override
  public void close() {
    process.destroy();
    if (!awaitEnd()) {
      process.destroyForcibly();
    }
    forgetOnExit();
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Thread> startCopying(Options options) {
    return options
        .state()
        .map(ChainFile::new)
        .map(file -> Thread.ofVirtual().name("copy the chain").start(file::keepCopying));
  }

  private void forgetOnExit() {
    copying.ifPresent(Thread::interrupt);
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The JVM is ending already, and the hook has done its work.
    }
  }
}
