package modicum.executor.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A job's input as it would come from a directory: readable by all, of one time. */
public final class InputCopy {
  private InputCopy() {}

  /**
   * @param shuffle another number creates the files in another order, so that they lie otherwise on
   *     the disk
   */
  public static Path make(Path from, Path to, int shuffle) throws IOException {
    Files.createDirectories(to);
    List<Path> files;
    try (Stream<Path> tree = Files.walk(from)) {
      files = new ArrayList<>(tree.skip(1).toList());
    }
    Collections.shuffle(files, new Random(shuffle));
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
      }
    }
    settle(to);
    return to;
  }

  private static void settle(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.filter(p -> !Files.isSymbolicLink(p)).toList()) {
        boolean all = Files.isDirectory(path) || Files.isExecutable(path);
        Files.setPosixFilePermissions(
            path, PosixFilePermissions.fromString(all ? "rwxr-xr-x" : "rw-r--r--"));
        Files.setLastModifiedTime(path, FileTime.fromMillis(0));
      }
    }
  }

  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
