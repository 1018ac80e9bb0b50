package modicum.solver;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Function;
import modicum.ledger.orders.OfferJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps offers of one kind over restarts, a line of JSON each, since their makers may be away when
 * the solver comes back. A line counts from the moment that it is on the disk; a last line that a
 * crash tore is dropped.
 *
 * @param <S> the signed offer
 */
final class OfferFile<S> {
  private static final Logger LOG = LoggerFactory.getLogger(OfferFile.class);

  private final Path file;
  private final Function<S, String> write;
  private final Function<String, S> read;

  OfferFile(Path file, Function<S, String> write, Function<String, S> read) {
    this.file = file;
    this.write = write;
    this.read = read;
  }

  /** Hands over what was kept, oldest first. */
  void load(Consumer<S> taker) {
    if (!Files.exists(file)) {
      return;
    }
    // Latin-1 takes any byte, so that a torn or foreign line is dropped alone; offers are ASCII.
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        load(line, taker);
      }
    } catch (IOException e) {
      throw unavailable("read", e);
    }
  }

  private void load(String line, Consumer<S> taker) {
    S offer;
    try {
      offer = read.apply(line);
    } catch (IllegalArgumentException e) {
      LOG.warn("{}: dropped a line: {}", file, e.getMessage());
      return;
    }
    taker.accept(offer);
  }

  void append(S offer) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      long size = channel.size();
      try {
        writeFully(channel, write.apply(offer) + "\n");
        channel.force(true);
      } catch (IOException e) {
        // Half a line would spoil the next one.
        channel.truncate(size);
        throw e;
      }
    } catch (IOException e) {
      throw unavailable("written", e);
    }
  }

  /** Replaces everything that is kept, at once or not at all. */
  void replace(Collection<S> offers) {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    StringBuilder lines = new StringBuilder(offers.size() * OfferJson.MAXIMUM_LENGTH / 4);
    offers.forEach(offer -> lines.append(write.apply(offer)).append('\n'));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        writeFully(channel, lines.toString());
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unavailable("written", e);
    }
  }

  private static void writeFully(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private BookUnavailable unavailable(String what, IOException e) {
    return new BookUnavailable(
        file + " cannot be " + what + " (" + e + "); check the disk and the folder's owner", e);
  }
}
