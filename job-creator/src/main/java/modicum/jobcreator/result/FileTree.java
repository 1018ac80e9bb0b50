package modicum.jobcreator.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Copies and deletes folders of files that somebody else named; follows no link. */
public final class FileTree {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private FileTree() {}

  /**
   * Copies everything in a folder into another, which may hold files already: those of the same
   * name are replaced, others stay. Doing it twice is doing it once.
   *
   * @throws IllegalArgumentException where a folder is in the way of a file, or the reverse
   */
  public static void copyInto(Path from, Path to) {
    try {
      Files.createDirectories(to);
      Files.walkFileTree(from, new Copying(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the results to " + to, e);
    }
  }

  /** Deletes a folder and everything in it; nothing where it is not there. */
  public static void delete(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Deleting());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    Copying(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      Path target = target(folder);
      if (folder.equals(from)) {
        return FileVisitResult.CONTINUE;
      }
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(target);
      } else if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        throw inTheWay(target);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Path target = target(file);
      if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        throw inTheWay(target);
      }
      Files.copy(
          file,
          target,
          LinkOption.NOFOLLOW_LINKS,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
      return FileVisitResult.CONTINUE;
    }

    private Path target(Path path) {
      return to.resolve(from.relativize(path).toString());
    }

    private static IllegalArgumentException inTheWay(Path target) {
      return new IllegalArgumentException(
          target + " is in the way of the results; move it away or choose another output folder");
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    /** A job may have put out folders that even their owner may not write. */
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      Files.setPosixFilePermissions(folder, OWNER);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
      if (e != null) {
        throw e;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
