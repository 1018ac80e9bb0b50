package modicum.ledger.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.ledger.LedgerUnavailable;

/** A node's process. It ends with us. */
final class NodeProcess {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final int LAST_WORDS = 20;

  private final String name;
  private final Process process;
  private final Thread onExit;

  private NodeProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.onExit = new Thread(process::destroyForcibly, "stop " + name);
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  /**
   * @param name for people
   * @throws LedgerUnavailable when the program cannot be run
   */
  static NodeProcess start(String name, List<String> command) {
    try {
      return new NodeProcess(name, new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new LedgerUnavailable(name + " does not start: " + e.getMessage(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  /**
   * Waits until the node says where it listens.
   *
   * @param listening of the line that says so; its first group is host and port
   * @throws LedgerUnavailable when it does not; the message holds its last words, and it is ended
   */
  URI awaitListening(Pattern listening) {
    CompletableFuture<URI> url = new CompletableFuture<>();
    // Reads to the end: a full pipe would stop the node.
    Thread.ofVirtual().name(name + "'s output").start(() -> readOutput(listening, url));
    try {
      return url.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw ended(new LedgerUnavailable(name + " does not listen after " + START_TIMEOUT, e));
    } catch (ExecutionException e) {
      throw ended(new LedgerUnavailable(name + " does not start: " + e.getCause().getMessage(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ended(new LedgerUnavailable("interrupted while " + name + " was starting", e));
    }
  }

  private LedgerUnavailable ended(LedgerUnavailable trouble) {
    process.destroyForcibly();
    forgetOnExit();
    return trouble;
  }

  private void readOutput(Pattern listening, CompletableFuture<URI> url) {
    Deque<String> lastWords = new ArrayDeque<>();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher matcher = listening.matcher(line);
        if (matcher.find()) {
          url.complete(URI.create("http://" + matcher.group(1)));
        }
        lastWords.addLast(line);
        if (lastWords.size() > LAST_WORDS) {
          lastWords.removeFirst();
        }
      }
    } catch (IOException e) {
      lastWords.addLast(e.getMessage());
    }
    url.completeExceptionally(new IOException(String.join("\n", lastWords)));
  }

  /** At once, as a crash would. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
    forgetOnExit();
  }

  /** With time to write what is to be kept. */
  void stop() {
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

  private void forgetOnExit() {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The JVM is ending already, and the hook has done its work.
    }
  }
}
