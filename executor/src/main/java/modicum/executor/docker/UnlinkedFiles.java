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

  private UnlinkedFiles() {}

  /**
   * The bytes of such files on the disk that a folder is on, as far as this agent may look.
   *
   * @param processes ids, as seen from here
   * @param enough stops counting beyond so many bytes
   */
  static long measure(List<String> processes, Path folder, long enough) {
    Set<Object> seen = new HashSet<>();
    long bytes = 0;
    for (String process : processes) {
      try (DirectoryStream<Path> open =
          Files.newDirectoryStream(PROCESSES.resolve(process).resolve("fd"))) {
        Object device = Files.getAttribute(folder, "unix:dev");
        for (Path file : open) {
          bytes += size(file, device, seen);
          if (bytes > enough) {
            return bytes;
          }
        }
      } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
        // The process has ended, or is not ours to look into.
      }
    }
    return bytes;
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
