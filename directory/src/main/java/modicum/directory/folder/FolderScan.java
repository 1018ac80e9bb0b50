package modicum.directory.folder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/** Makes the manifest of a folder. Follows no links, so a link can't smuggle in another file. */
public final class FolderScan {
  private static final int BUFFER_SIZE = 1 << 16;

  private final Path folder;
  private final List<ManifestEntry> entries = new ArrayList<>();

  private FolderScan(Path folder) {
    this.folder = folder;
  }

  /**
   * @throws IllegalArgumentException not a folder; or something in it is neither a file, a folder
   *     nor a link that stays inside; the message names it
   */
  public static Manifest scan(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("not a folder: " + folder);
    }
    FolderScan scan = new FolderScan(folder);
    try {
      Files.walkFileTree(folder, scan.new Visitor());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read folder " + folder, e);
    }
    return new Manifest(scan.entries);
  }

  /** Opens a file of a folder, but not what a link leads to. */
  static InputStream open(Path file) throws IOException {
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (!directory.equals(folder)) {
        entries.add(ManifestEntry.directory(pathOf(directory), modeOf(directory)));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      entries.add(entryOf(file, attributes));
      return FileVisitResult.CONTINUE;
    }
  }

  private ManifestEntry entryOf(Path file, BasicFileAttributes attributes) throws IOException {
    String path = pathOf(file);
    if (attributes.isSymbolicLink()) {
      return ManifestEntry.link(path, Files.readSymbolicLink(file).toString());
    }
    if (!attributes.isRegularFile()) {
      throw new IllegalArgumentException(
          path + " is neither a file, a folder nor a link; remove it");
    }
    return ManifestEntry.file(path, modeOf(file), digestOf(file));
  }

  private static Digest digestOf(Path file) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    long size = 0;
    byte[] buffer = new byte[BUFFER_SIZE];
    try (InputStream in = open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        size += n;
      }
    }
    return new Digest(Bytes32.of(sha256.digest()), size);
  }

  private String pathOf(Path file) {
    return folder.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private static int modeOf(Path file) throws IOException {
    Set<PosixFilePermission> permissions =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .permissions();
    return Mode.of(permissions);
  }
}
