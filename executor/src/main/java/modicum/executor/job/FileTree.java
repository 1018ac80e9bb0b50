package modicum.executor.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;

/** Removes folders whose content came from someone else. */
public final class FileTree {
  private FileTree() {}

  /** Deletes a tree, if there is one; follows no links. */
  public static void delete(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try {
      Files.walkFileTree(tree, new Deleter());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + tree, e);
    }
  }

  /** An input may hold folders that nobody may write, or even read. */
  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      try {
        unlock(directory);
      } catch (NoSuchFileException gone) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    /** A folder that may not be read fails before it is visited; unlocked, it is walked anew. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      // Somebody else removes the same tree: it is to be gone, by whom does not matter.
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      boolean locked =
          failure instanceof AccessDeniedException
              && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
              && !Files.isReadable(file);
      if (!locked) {
        throw failure;
      }
      unlock(file);
      Files.walkFileTree(file, this);
      return FileVisitResult.CONTINUE;
    }

    private static void unlock(Path directory) throws IOException {
      Files.setPosixFilePermissions(
          directory,
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
