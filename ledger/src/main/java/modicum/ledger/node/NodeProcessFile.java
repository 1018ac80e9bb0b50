package modicum.ledger.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import modicum.ledger.LedgerUnavailable;

/**
 * Remembers, beside a kept chain, which process serves it. A node outlives us when we are killed,
 * and two nodes that write one chain's file would spoil it.
 */
final class NodeProcessFile {
  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

  private final Path file;
  private final String program;

  NodeProcessFile(Path chain, Path program) {
    this.file = chain.resolveSibling(chain.getFileName() + ".pid");
    this.program = program.getFileName().toString();
  }

  void write(long pid) {
    try {
      Files.writeString(file, Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Ends the node that an earlier, killed run of ours left behind. */
  void endLeftover() {
    leftover().ifPresent(this::end);
  }

  private Optional<ProcessHandle> leftover() {
    try {
      return Files.exists(file)
          ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).filter(this::isNode)
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The number may have gone to another program since. */
  private boolean isNode(ProcessHandle process) {
    return process.info().commandLine().filter(line -> line.contains(program)).isPresent();
  }

  private void end(ProcessHandle process) {
    // It writes the chain once more before it ends.
    process.destroy();
    try {
      process.onExit().get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new LedgerUnavailable(
          "an earlier node still runs as process " + process.pid() + "; end it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailable("interrupted while an earlier node was ending", e);
    }
  }
}
