package modicum.executor.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.transfer.VerifiedFile;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Input files of earlier jobs, by digest, so that of a sweep over one large input each file crosses
 * the network once. Bounded: what was used longest ago goes first.
 *
 * <p>Each job creator has its own: else one that knows a file's hash only would be given the file.
 * What is kept is verified again when it is used. It is a help and no more: where it cannot be read
 * or written, files are fetched as ever.
 */
public final class KeptInputs {
  private static final Logger LOG = LoggerFactory.getLogger(KeptInputs.class);

  private final Path folder;
  private final long capacity;

  /**
   * @param folder of its own
   * @param capacity bytes; 0 keeps nothing
   */
  public KeptInputs(Path folder, long capacity) {
    this.folder = folder;
    this.capacity = capacity;
  }

  /** Keeps nothing. */
  static KeptInputs none() {
    return new KeptInputs(Path.of("none"), 0);
  }

  /** How much of these files need not be fetched, bytes. */
  long sizeOf(Address owner, Set<Digest> files) {
    return capacity == 0
        ? 0
        : files.stream().filter(file -> has(owner, file)).mapToLong(Digest::size).sum();
  }

  private boolean has(Address owner, Digest file) {
    Path kept = pathOf(owner, file);
    try {
      return Files.isRegularFile(kept, LinkOption.NOFOLLOW_LINKS)
          && Files.size(kept) == file.size();
    } catch (IOException goneMeanwhile) {
      return false;
    }
  }

  /** A directory from which what is kept here is not fetched. */
  Directory over(Directory directory) {
    return capacity == 0 ? directory : new Kept(directory, this);
  }

  void fetch(
      Directory directory, Address owner, Digest file, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    if (has(owner, file) && take(owner, file, target, progress)) {
      return;
    }
    directory.fetch(owner, file, target, progress);
  }

  /** Whether the kept file was as it should be. */
  private boolean take(Address owner, Digest file, Path target, TransferProgress progress) {
    Path kept = pathOf(owner, file);
    try (InputStream content = Files.newInputStream(kept)) {
      VerifiedFile.receive(content, file, target, progress);
      Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
      return true;
    } catch (IOException spoiltOrGone) {
      LOG.warn("A kept input file is of no use: {}", spoiltOrGone.getMessage());
      remove(kept);
      return false;
    }
  }

  /**
   * Keeps a file for later jobs, unless it is kept already. One at a time, or together they could
   * take more than there is room for.
   */
  synchronized void keep(Address owner, Digest file, Path from) {
    if (capacity == 0 || file.size() > capacity || has(owner, file)) {
      return;
    }
    Path next = folder.resolve("next");
    try {
      makeRoom(file.size());
      Path kept = pathOf(owner, file);
      Files.createDirectories(kept.getParent());
      Files.copy(from, next, StandardCopyOption.REPLACE_EXISTING);
      Files.move(next, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("An input file cannot be kept for later jobs: {}", e.getMessage());
      remove(next);
    }
  }

  private record Entry(Path path, long size, FileTime used) {}

  private void makeRoom(long size) throws IOException {
    List<Entry> entries = entries();
    long total = entries.stream().mapToLong(Entry::size).sum();
    entries.sort(Comparator.comparing(Entry::used));
    for (Entry entry : entries) {
      if (total <= capacity - size) {
        return;
      }
      Files.deleteIfExists(entry.path());
      total -= entry.size();
    }
  }

  private List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return entries;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
        }
      }
    } catch (UncheckedIOException removedMeanwhile) {
      throw removedMeanwhile.getCause();
    }
    return entries;
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("Cannot remove {}: {}", file, e.getMessage());
    }
  }

  private Path pathOf(Address owner, Digest file) {
    return folder.resolve(owner.toString()).resolve(file.sha256().toHex());
  }
}
