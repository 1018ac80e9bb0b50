package modicum.directory.uptime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import modicum.directory.DirectoryUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a directory's chains of beats, which one process has at a time. */
final class UptimeFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UptimeFolder.class);
  private static final Pattern NAME =
      Pattern.compile("chain-([0-9]{1,6})-([0-9]{4}-[0-9]{2}-[0-9]{2})\\.log");

  private final Path folder;
  private final FileChannel lock;

  private UptimeFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * @param chain number of the chain in this folder, from 1
   */
  record Named(Path path, int chain, LocalDate day) {
    static Optional<Named> of(Path path) {
      Matcher name = NAME.matcher(path.getFileName().toString());
      if (!name.matches()) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Named(path, Integer.parseInt(name.group(1)), LocalDate.parse(name.group(2))));
      } catch (DateTimeParseException noDay) {
        return Optional.empty();
      }
    }
  }

  /**
   * @throws DirectoryUnavailable another process has the folder
   */
  static UptimeFolder open(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        return new UptimeFolder(folder, channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + folder, e);
    }
    throw new DirectoryUnavailable(
        "another directory writes its uptime to " + folder + "; stop it, or name another folder");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  Path file(int chain, LocalDate day) {
    return folder.resolve("chain-%04d-%s.log".formatted(chain, day));
  }

  /** The files of the newest chain, oldest first; none where there is no chain. */
  List<Named> newestChain() {
    List<Named> all = all();
    int newest = all.stream().mapToInt(Named::chain).max().orElse(0);
    return all.stream()
        .filter(n -> n.chain() == newest)
        .sorted(Comparator.comparing(Named::day))
        .toList();
  }

  private List<Named> all() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.flatMap(p -> Named.of(p).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /** The newest file stays, however old: the chain goes on from it. */
  void dropBefore(LocalDate oldest) {
    List<Named> newest = newestChain();
    for (Named file : all()) {
      if (file.day().isBefore(oldest) && !file.equals(newest.getLast())) {
        try {
          Files.deleteIfExists(file.path());
        } catch (IOException e) {
          LOG.warn("Cannot delete {}: {}", file.path(), e.getMessage());
        }
      }
    }
  }

  void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }

  static LocalDate dayOf(long seconds) {
    return Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC).toLocalDate();
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("Cannot unlock {}: {}", folder, e.getMessage());
    }
  }
}
