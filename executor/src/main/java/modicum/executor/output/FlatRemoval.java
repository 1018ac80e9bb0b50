package modicum.executor.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Removes a folder with whatever a job left in it, however deep: a tower of folders has paths that
 * are too long to be named, and would take a stack frame and an open file for each storey. So every
 * folder is brought up to the top before it is emptied.
 *
 * <p>Follows no links. Only for folders that nobody writes to any more.
 */
public final class FlatRemoval {
  private static final Set<PosixFilePermission> ALL = EnumSet.allOf(PosixFilePermission.class);
  private static final String UP = ".up-";

  private final Path top;
  private long count;

  private FlatRemoval(Path top) {
    this.top = top;
  }

  /** Removes it; that there is none is well. */
  public static void remove(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      new FlatRemoval(folder).removeAll();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  private void removeAll() throws IOException {
    // What an earlier removal, which was interrupted, has brought up already keeps its name.
    count = System.nanoTime();
    boolean found = true;
    while (found) {
      found = false;
      open(top);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(top)) {
        for (Path entry : entries) {
          found = true;
          if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            empty(entry);
          }
          Files.delete(entry);
        }
      }
    }
    Files.delete(top);
  }

  /** Removes the files of a folder, and moves its folders up, to be emptied in their turn. */
  private void empty(Path folder) throws IOException {
    open(folder);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          // To move a folder is to write to it, as it holds the name of the one above.
          open(entry);
          Files.move(entry, top.resolve(UP + count++));
        } else {
          Files.delete(entry);
        }
      }
    }
  }

  private static void open(Path folder) throws IOException {
    Set<PosixFilePermission> has = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    if (!has.containsAll(ALL)) {
      Files.setPosixFilePermissions(folder, ALL);
    }
  }
}
