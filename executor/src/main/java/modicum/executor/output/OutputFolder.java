package modicum.executor.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * The folder that a job writes its output to, read as hostile: nothing in it is followed, opened or
 * believed before it is known to be a file or folder of this very tree.
 *
 * <p>Modes are normalised, so that the umask of a machine cannot make two honest outputs differ: a
 * file is 0755 if its owner may execute it and else 0644, a folder is 0755.
 */
public final class OutputFolder {
  /** Deeper trees are not results; each level costs an open file while it is read. */
  private static final int MAXIMUM_DEPTH = 64;

  private static final int BUFFER_SIZE = 1 << 16;
  private static final int FILE_MODE = 0644;
  private static final int EXECUTABLE_MODE = 0755;
  private static final int FOLDER_MODE = 0755;

  private final Path folder;
  private final long maximumEntries;

  public OutputFolder(Path folder, long maximumEntries) {
    this.folder = folder;
    this.maximumEntries = maximumEntries;
  }

  /** What is in the folder now, while the job may still be writing; stops when beyond a bound. */
  public OutputSize measure(long bytesEnough) throws IOException {
    Measuring measuring = new Measuring(bytesEnough, maximumEntries);
    walk(measuring);
    return new OutputSize(measuring.bytes, measuring.entries, measuring.isTooDeep);
  }

  /**
   * The manifest of the folder, once the job has ended.
   *
   * @throws OddOutput naming the first thing that is not a result
   */
  public Manifest collect() throws IOException, OddOutput {
    Collecting collecting = new Collecting(maximumEntries);
    walk(collecting);
    if (collecting.odd != null) {
      throw new OddOutput(collecting.odd);
    }
    return new Manifest(collecting.manifest);
  }

  private void walk(Visitor visitor) throws IOException {
    try (var stream = Files.newDirectoryStream(folder)) {
      if (!(stream instanceof SecureDirectoryStream<Path> top)) {
        throw new IOException("this system cannot read folders without following links");
      }
      walk(top, "", 0, visitor);
    }
  }

  private static void walk(
      SecureDirectoryStream<Path> parent, String prefix, int depth, Visitor visitor)
      throws IOException {
    for (Path full : parent) {
      if (visitor.isDone()) {
        return;
      }
      try {
        visit(parent, full, prefix, depth, visitor);
      } catch (NoSuchFileException gone) {
        // The job removed it between the listing and the look.
      } catch (FileSystemException e) {
        visitor.unreadable(e);
      }
    }
  }

  private static void visit(
      SecureDirectoryStream<Path> parent, Path full, String prefix, int depth, Visitor visitor)
      throws IOException {
    Path name = full.getFileName();
    PosixFileAttributes attributes = attributes(parent, name);
    Entry entry = new Entry(parent, full, name, prefix, attributes);
    visitor.enter(entry);
    if (!attributes.isDirectory()) {
      return;
    }
    if (depth == MAXIMUM_DEPTH) {
      visitor.tooDeep(entry);
      return;
    }
    visitor.beforeOpening(entry);
    try (SecureDirectoryStream<Path> child =
        parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      walk(child, entry.shownPath() + "/", depth + 1, visitor);
    }
  }

  private static PosixFileAttributes attributes(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent
        .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  /**
   * @param full to be used only once the job has ended: no part of it can then become a link
   */
  private record Entry(
      SecureDirectoryStream<Path> parent,
      Path full,
      Path name,
      String prefix,
      PosixFileAttributes attributes) {
    /** For messages, and for the prefix of what is below; exact for every name that is accepted. */
    String shownPath() {
      return prefix + FileName.shown(name);
    }

    boolean ownerMay(PosixFilePermission permission) {
      return attributes.permissions().contains(permission);
    }
  }

  private interface Visitor {
    boolean isDone();

    void enter(Entry entry) throws IOException;

    default void beforeOpening(Entry folder) throws IOException {}

    void tooDeep(Entry folder);

    /** Something cannot be looked at; what comes after it still is, unless this throws. */
    default void unreadable(FileSystemException e) throws IOException {
      throw e;
    }
  }

  private static final class Measuring implements Visitor {
    private final long bytesEnough;
    private final long entriesEnough;
    private long bytes;
    private long entries;
    private boolean isTooDeep;

    Measuring(long bytesEnough, long entriesEnough) {
      this.bytesEnough = bytesEnough;
      this.entriesEnough = entriesEnough;
    }

    @Override
    public boolean isDone() {
      return bytes > bytesEnough || entries > entriesEnough || isTooDeep;
    }

    @Override
    public void enter(Entry entry) {
      entries++;
      if (entry.attributes().isRegularFile()) {
        bytes += entry.attributes().size();
      }
    }

    @Override
    public void tooDeep(Entry folder) {
      isTooDeep = true;
    }

    /**
     * A job may make a folder a link between two looks, time and again, so as not to be measured.
     */
    @Override
    public void unreadable(FileSystemException e) {}
  }

  private static final class Collecting implements Visitor {
    private final long maximumEntries;
    private final List<ManifestEntry> manifest = new ArrayList<>();
    private String odd;

    Collecting(long maximumEntries) {
      this.maximumEntries = maximumEntries;
    }

    @Override
    public boolean isDone() {
      return odd != null;
    }

    @Override
    public void enter(Entry entry) throws IOException {
      if (manifest.size() == maximumEntries) {
        odd = "the output has more than " + maximumEntries + " entries";
        return;
      }
      try {
        manifest.add(read(entry));
      } catch (OddOutput e) {
        odd = e.getMessage();
      }
    }

    @Override
    public void beforeOpening(Entry folder) throws IOException {
      // An agent that is not root is the owner of what the job made, and may have to say so.
      Set<PosixFilePermission> needed =
          EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE);
      if (!folder.attributes().permissions().containsAll(needed)) {
        Files.setPosixFilePermissions(folder.full(), EnumSet.allOf(PosixFilePermission.class));
      }
    }

    @Override
    public void tooDeep(Entry folder) {
      odd = "the output is deeper than " + MAXIMUM_DEPTH + " folders at " + folder.shownPath();
    }

    private static ManifestEntry read(Entry entry) throws IOException, OddOutput {
      String path = entry.prefix() + FileName.require(entry.name(), entry.prefix());
      PosixFileAttributes attributes = entry.attributes();
      if (attributes.isDirectory()) {
        return ManifestEntry.directory(path, FOLDER_MODE);
      }
      if (attributes.isSymbolicLink()) {
        return readLink(entry, path);
      }
      if (!attributes.isRegularFile()) {
        throw new OddOutput("a device, pipe or socket is not a result: " + path);
      }
      boolean executable = entry.ownerMay(PosixFilePermission.OWNER_EXECUTE);
      return ManifestEntry.file(path, executable ? EXECUTABLE_MODE : FILE_MODE, hash(entry));
    }

    private static ManifestEntry readLink(Entry entry, String path) throws IOException, OddOutput {
      Path target = Files.readSymbolicLink(entry.full());
      try {
        return ManifestEntry.link(path, FileName.requireTarget(target, path));
      } catch (IllegalArgumentException e) {
        throw new OddOutput(e.getMessage());
      }
    }

    private static Digest hash(Entry entry) throws IOException {
      if (!entry.ownerMay(PosixFilePermission.OWNER_READ)) {
        Files.setPosixFilePermissions(
            entry.full(),
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
      }
      MessageDigest sha256 = Sha256.newDigest();
      long size = 0;
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
      try (SeekableByteChannel in =
          entry
              .parent()
              .newByteChannel(
                  entry.name(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
        while (in.read(buffer) >= 0) {
          size += buffer.position();
          sha256.update(buffer.flip());
          buffer.clear();
        }
      }
      return new Digest(Bytes32.of(sha256.digest()), size);
    }
  }
}
