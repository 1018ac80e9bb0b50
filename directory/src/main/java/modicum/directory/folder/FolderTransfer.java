package modicum.directory.folder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.access.StoredReach;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.ManifestEntry.Type;
import modicum.protocol.identity.Address;

/**
 * Moves folders, inputs and outputs, to and from a directory: each file an object of its own, and
 * one more for the manifest, which names them all.
 */
public final class FolderTransfer {
  private final Directory directory;

  public FolderTransfer(Directory directory) {
    this.directory = directory;
  }

  /**
   * What was put.
   *
   * @param manifest digest of the manifest's object
   * @param bytesMoved bytes of all distinct objects, the manifest's included
   */
  public record Put(Digest manifest, long bytesMoved) {}

  /** Puts everything in a folder; see {@link FolderScan#scan} for what a folder may hold. */
  public Put put(Path folder, TransferProgress progress) {
    return put(FolderScan.scan(folder), folder, progress);
  }

  /**
   * Puts a folder whose manifest is known.
   *
   * @throws IllegalArgumentException the folder is no longer what the manifest says
   */
  public Put put(Manifest manifest, Path folder, TransferProgress progress) {
    Map<Digest, Path> files = new HashMap<>();
    for (ManifestEntry entry : manifest.entries()) {
      entry.content().ifPresent(c -> files.putIfAbsent(c, folder.resolve(entry.path())));
    }
    byte[] canonical = manifest.canonical();
    requireManifestSize(canonical.length);
    long size = files.keySet().stream().mapToLong(Digest::size).sum();
    Together together = new Together(progress, size + canonical.length);
    files.forEach(
        (digest, file) -> {
          directory.put(digest, () -> FolderScan.open(file), together);
          together.finished(digest);
        });
    // The manifest comes last, so that whoever finds it finds its files.
    directory.put(manifest.digest(), () -> new ByteArrayInputStream(canonical), together);
    return new Put(manifest.digest(), size + canonical.length);
  }

  private static void requireManifestSize(long size) {
    if (size > StoredReach.MAXIMUM_MANIFEST_SIZE) {
      throw new IllegalArgumentException(
          "the folder has too many files: its manifest has "
              + size
              + " bytes, at most "
              + StoredReach.MAXIMUM_MANIFEST_SIZE
              + " are allowed; pack them into fewer");
    }
  }

  /**
   * Fetches a folder. It appears at the target only when complete and verified; only what the
   * manifest lists is in it, and no link is followed on the way.
   *
   * @param manifest digest of the manifest, as a job spec or a result announcement gives it
   * @param target does not exist, or is an empty folder
   * @param limit of the bytes of all files
   * @throws ObjectCorrupt the manifest, or a file, is not what it should be; the message names it
   */
  public Fetched fetch(
      Address owner, Digest manifest, Path target, long limit, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    requireFree(target);
    Manifest listed = readManifest(owner, manifest);
    long size = listed.totalSize();
    if (size > limit) {
      return new Fetched.TooLarge(size, limit, manifest.size());
    }
    Path incoming = createBeside(target);
    try {
      long moved = manifest.size() + fill(incoming, owner, listed, progress);
      moveInPlace(incoming, target);
      return new Fetched.Complete(listed, moved);
    } finally {
      deleteTree(incoming);
    }
  }

  /** Reads and checks a manifest, without its files. */
  public Manifest readManifest(Address owner, Digest manifest)
      throws ObjectNotFound, ObjectCorrupt {
    if (manifest.size() > StoredReach.MAXIMUM_MANIFEST_SIZE) {
      throw new ObjectCorrupt("manifest " + manifest + " is larger than any may be");
    }
    byte[] canonical = directory.read(owner, manifest.sha256(), (int) manifest.size());
    try {
      Manifest listed = Manifest.parse(canonical);
      Optional<String> fault = FolderLayout.fault(listed);
      if (fault.isPresent()) {
        throw new ObjectCorrupt("manifest " + manifest + ": " + fault.get());
      }
      return listed;
    } catch (IllegalArgumentException e) {
      throw new ObjectCorrupt("manifest " + manifest + ": " + e.getMessage());
    }
  }

  private long fill(Path folder, Address owner, Manifest manifest, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    createFolders(folder, manifest);
    long moved = fetchFiles(folder, owner, manifest, progress);
    createLinks(folder, manifest);
    setFolderModes(folder, manifest);
    return moved;
  }

  private static void createFolders(Path folder, Manifest manifest) {
    for (ManifestEntry entry : manifest.entries()) {
      Path path = folder.resolve(entry.path());
      attempt(() -> Files.createDirectories(path.getParent()), path);
      if (entry.type() == Type.DIRECTORY) {
        attempt(() -> Files.createDirectories(path), path);
      }
    }
  }

  /** Content that is listed twice crosses the network once. */
  private long fetchFiles(Path folder, Address owner, Manifest manifest, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    Together together = new Together(progress, distinctSize(manifest));
    Map<Digest, Path> fetched = new HashMap<>();
    long moved = 0;
    for (ManifestEntry entry : manifest.entries()) {
      if (entry.type() != Type.FILE) {
        continue;
      }
      Path path = folder.resolve(entry.path());
      Digest content = entry.content().orElseThrow();
      Path same = fetched.putIfAbsent(content, path);
      if (same == null) {
        fetchFile(owner, entry.path(), content, path, together);
        together.finished(content);
        moved += content.size();
      } else {
        attempt(() -> Files.copy(same, path), path);
      }
    }
    setFileModes(folder, manifest);
    return moved;
  }

  private void fetchFile(
      Address owner, String name, Digest content, Path path, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    try {
      directory.fetch(owner, content, path, progress);
    } catch (ObjectNotFound e) {
      throw new ObjectNotFound(name + ": " + e.getMessage());
    } catch (ObjectCorrupt e) {
      throw new ObjectCorrupt(name + ": " + e.getMessage());
    }
  }

  private static long distinctSize(Manifest manifest) {
    Set<Digest> distinct = new HashSet<>();
    manifest.entries().forEach(e -> e.content().ifPresent(distinct::add));
    return distinct.stream().mapToLong(Digest::size).sum();
  }

  private static void setFileModes(Path folder, Manifest manifest) {
    for (ManifestEntry entry : manifest.entries()) {
      if (entry.type() == Type.FILE) {
        setMode(folder.resolve(entry.path()), entry.mode());
      }
    }
  }

  private static void createLinks(Path folder, Manifest manifest) {
    for (ManifestEntry entry : manifest.entries()) {
      if (entry.type() == Type.LINK) {
        Path path = folder.resolve(entry.path());
        Path target = Path.of(entry.target().orElseThrow());
        attempt(() -> Files.createSymbolicLink(path, target), path);
      }
    }
  }

  /** Deepest first: a folder that may not be written or entered would stop the rest. */
  private static void setFolderModes(Path folder, Manifest manifest) {
    List<ManifestEntry> entries = manifest.entries().reversed();
    for (ManifestEntry entry : entries) {
      if (entry.type() == Type.DIRECTORY) {
        setMode(folder.resolve(entry.path()), entry.mode());
      }
    }
  }

  private static void setMode(Path path, int mode) {
    attempt(() -> Files.setPosixFilePermissions(path, Mode.permissions(mode)), path);
  }

  private static void requireFree(Path target) {
    if (!Files.exists(target)) {
      return;
    }
    try (var content = Files.newDirectoryStream(target)) {
      if (content.iterator().hasNext()) {
        throw new IllegalArgumentException(target + " is not empty; name another folder");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(target + " is not a folder that can be read", e);
    }
  }

  private static Path createBeside(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    try {
      Files.createDirectories(parent);
      return Files.createTempDirectory(parent, ".incoming-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a folder beside " + target, e);
    }
  }

  private static void moveInPlace(Path incoming, Path target) {
    attempt(
        () -> {
          Files.setPosixFilePermissions(incoming, Mode.permissions(0755));
          return Files.move(incoming, target, StandardCopyOption.ATOMIC_MOVE);
        },
        target);
  }

  private static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Deleter());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clean up " + folder, e);
    }
  }

  private interface FileAction {
    Object run() throws IOException;
  }

  private static void attempt(FileAction action, Path path) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }

  /** Shows the progress of one object after the other as that of all. */
  private static final class Together implements TransferProgress {
    private final TransferProgress whole;
    private final long total;
    private long before;

    Together(TransferProgress whole, long total) {
      this.whole = whole;
      this.total = total;
    }

    @Override
    public void moved(long moved, long ofThisObject) {
      whole.moved(before + moved, total);
    }

    void finished(Digest object) {
      before += object.size();
    }
  }
}
