package modicum.ledger.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.identity.Address;
import modicum.protocol.money.Wei;
import tools.jackson.databind.JsonNode;

/**
 * A go-ethereum process in its developer mode, where it is the only validator of a chain of its
 * own: each transaction is mined at once. Its clock cannot be set. But a block is always later than
 * the one before it, by a second at least, so many blocks in a row run ahead of the world's clock.
 */
public final class GethNode implements LocalNode {
  /** Names the geth to use, wherever a configuration does not. */
  public static final String BINARY_VARIABLE = "MODICUM_GETH";

  private static final Pattern LISTENING =
      Pattern.compile("HTTP server started\\s+endpoint=(127\\.0\\.0\\.1:\\d+)");
  private static final String BLOCK_GAS_LIMIT = "30000000";
  private static final Duration MINED_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration MINED_POLL = Duration.ofMillis(5);

  /**
   * @param binary the geth program
   * @param data folder that the chain is kept in over restarts; empty keeps nothing
   */
  public record Options(Path binary, Optional<Path> data) {
    public static Options keepingNothing(Path binary) {
      return new Options(binary, Optional.empty());
    }

    public Options keptIn(Path folder) {
      return new Options(binary, Optional.of(folder));
    }
  }

  private final NodeProcess process;
  private final Optional<Path> toRemove;
  private final URI url;
  private final JsonRpc rpc;
  private final String developer;

  private GethNode(NodeProcess process, Optional<Path> toRemove, URI url) {
    this.process = process;
    this.toRemove = toRemove;
    this.url = url;
    this.rpc = new JsonRpc(url);
    this.developer = rpc.call("eth_accounts").get(0).asString();
  }

  /**
   * Finds the geth program: the one that the environment names, or else the one that the launcher
   * built.
   *
   * @param home folder of the project
   * @return empty where there is none
   * @throws BadConfiguration when the environment names one that is none
   */
  public static Optional<Path> findBinary(Path home) {
    String named = System.getenv(BINARY_VARIABLE);
    if (named != null && !named.isBlank()) {
      return Optional.of(requireProgram(Path.of(named)));
    }
    return Optional.of(home.resolve(".modicum").resolve("geth").resolve("geth"))
        .filter(Files::isExecutable);
  }

  private static Path requireProgram(Path path) {
    if (!Files.isExecutable(path)) {
      throw new BadConfiguration(
          BINARY_VARIABLE + " names " + path + ", which is no program that can be run");
    }
    return path;
  }

  /**
   * Starts a node and waits until it answers.
   *
   * @throws LedgerUnavailable when it does not start; the message holds its last words
   */
  public static GethNode start(Options options) {
    Optional<Path> temporary =
        options.data().isPresent() ? Optional.empty() : Optional.of(temporaryFolder());
    Path data = options.data().or(() -> temporary).orElseThrow();
    NodeProcess process = NodeProcess.start("geth", command(options.binary(), data));
    return new GethNode(process, temporary, process.awaitListening(LISTENING));
  }

  private static List<String> command(Path binary, Path data) {
    return List.of(
        binary.toString(),
        "--dev",
        "--dev.gaslimit",
        BLOCK_GAS_LIMIT,
        "--datadir",
        data.toString(),
        // Every block's state is written at once, so that a kill loses the last few blocks only.
        "--gcmode",
        "archive",
        "--state.scheme",
        "hash",
        "--http",
        "--http.addr",
        "127.0.0.1",
        "--http.port",
        "0",
        "--http.api",
        "eth,net,web3",
        "--authrpc.port",
        "0",
        "--port",
        "0",
        "--nodiscover",
        "--maxpeers",
        "0",
        "--ipcdisable");
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("modicum-geth-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for geth", e);
    }
  }

  @Override
  public URI url() {
    return url;
  }

  /** The developer's account pays, which has more than anyone can spend. */
  @Override
  public void fund(Address account, Wei amount) {
    pay(account.toString(), amount);
  }

  @Override
  public void increaseTime(long seconds) {
    long end = newestBlockTime() + seconds;
    while (newestBlockTime() < end) {
      pay(developer, Wei.ZERO);
    }
  }

  private long newestBlockTime() {
    String time = rpc.call("eth_getBlockByNumber", "latest", false).get("timestamp").asString();
    return new BigInteger(time.substring(2), 16).longValueExact();
  }

  private void pay(String account, Wei amount) {
    String transaction =
        rpc.call(
                "eth_sendTransaction",
                Map.of(
                    "from", developer, "to", account, "value", "0x" + amount.value().toString(16)))
            .asString();
    awaitMined(transaction);
  }

  private void awaitMined(String transaction) {
    long deadline = System.nanoTime() + MINED_TIMEOUT.toNanos();
    while (!isMined(transaction)) {
      if (System.nanoTime() > deadline) {
        throw new LedgerUnavailable("geth does not mine " + transaction);
      }
      sleep();
    }
  }

  private boolean isMined(String transaction) {
    try {
      JsonNode receipt = rpc.call("eth_getTransactionReceipt", transaction);
      return receipt != null && !receipt.isNull();
    } catch (LedgerUnavailable e) {
      // One that has just started is still making its index, and refuses to look.
      return false;
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(MINED_POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailable("interrupted while geth was mining", e);
    }
  }

  @Override
  public void kill() {
    process.kill();
    toRemove.ifPresent(GethNode::remove);
  }

  @Override
  public void close() {
    process.stop();
    toRemove.ifPresent(GethNode::remove);
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
