package modicum.executor.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files that a job has removed but keeps open: they are in no folder, and fill the disk all the
 * same.
 */
final class UnlinkedFiles {
  private static final Path PROCESSES = Path.of("/proc");
  private static final String REMOVED = " (deleted)";

  /**
   * Where the kernel shows the files that a process has open. Those that it has in memory only are
   * not looked at: that would wait for each process that is changing its memory, and a job that
   * forks without end could keep its supervision waiting, and so live on.
   */
  private static final String OPEN_FILES = "fd";

  /** So many are looked at, as a look must not take long: a job can have two million open. */
  private static final int MOST_LOOKS = 100_000;

  private final Path folder;
  private final long enough;
  private final Set<Object> seen = new HashSet<>();
  private long bytes;
  private int looks;

  private UnlinkedFiles(Path folder, long enough) {
    this.folder = folder;
    this.enough = enough;
  }

  /**
   * The bytes of such files on the disk that a folder is on, as far as this agent may look.
   *
   * @param processes ids, as seen from here
   * @param enough stops counting beyond so many bytes
   */
  static long measure(List<String> processes, Path folder, long enough) {
    UnlinkedFiles files = new UnlinkedFiles(folder, enough);
    for (String process : processes) {
      files.look(PROCESSES.resolve(process).resolve(OPEN_FILES));
    }
    return files.bytes;
  }

  private void look(Path hold) {
    try (DirectoryStream<Path> held = Files.newDirectoryStream(hold)) {
      Object device = Files.getAttribute(folder, "unix:dev");
      for (Path file : held) {
        if (bytes > enough || looks++ > MOST_LOOKS) {
          return;
        }
        bytes += size(file, device, seen);
      }
    } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
      // The process has ended, or is not ours to look into.
    }
  }

  private static long size(Path file, Object device, Set<Object> seen) {
    try {
      if (!Files.readSymbolicLink(file).toString().endsWith(REMOVED)) {
        return 0;
      }
      Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,ino,size,nlink");
      boolean counts =
          attributes.get("dev").equals(device)
              && attributes.get("nlink").equals(0)
              && seen.add(attributes.get("ino"));
      return counts ? (long) attributes.get("size") : 0;
    } catch (IOException closedMeanwhile) {
      return 0;
    }
  }
}
