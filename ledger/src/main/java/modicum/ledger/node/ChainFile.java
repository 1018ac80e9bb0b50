package modicum.ledger.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file that a node keeps its chain in. The node overwrites it in place, so one that is killed
 * while it writes leaves half a file. Hence a copy of the last whole one.
 */
final class ChainFile {
  private static final Logger LOG = LoggerFactory.getLogger(ChainFile.class);
  private static final Duration COPY_EVERY = Duration.ofSeconds(3);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final Path copy;

  ChainFile(Path file) {
    this.file = file;
    this.copy = file.resolveSibling(file.getFileName() + ".whole");
  }

  /** Puts the last whole copy in the place of a file that is not whole. */
  void repair() {
    if (!Files.exists(file) || isWhole(file)) {
      return;
    }
    try {
      if (Files.exists(copy)) {
        LOG.warn("{} was cut off; going on from the copy of some seconds before.", file);
        Files.copy(copy, file, StandardCopyOption.REPLACE_EXISTING);
      } else {
        LOG.warn("{} was cut off and has no copy; the chain begins anew.", file);
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot repair " + file, e);
    }
  }

  /** Copies the file now and then, until interrupted. */
  void keepCopying() {
    try {
      while (true) {
        Thread.sleep(COPY_EVERY);
        copyIfWhole();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void copyIfWhole() {
    Path next = copy.resolveSibling(copy.getFileName() + ".next");
    try {
      if (!Files.exists(file)) {
        return;
      }
      Files.copy(file, next, StandardCopyOption.REPLACE_EXISTING);
      if (isWhole(next)) {
        Files.move(next, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      LOG.warn("Cannot copy {}: {}", file, e.getMessage());
    }
  }

  private static boolean isWhole(Path chain) {
    try (JsonParser content = JSON.createParser(chain)) {
      boolean any = false;
      while (content.nextToken() != null) {
        any = true;
      }
      return any;
    } catch (JacksonException e) {
      return false;
    }
  }
}
