package modicum.directory.folder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.access.StoredReach;
import modicum.directory.transfer.Together;
import modicum.directory.transfer.Transfers;
import modicum.directory.transfer.VerifiedFile;
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
  /** Files up to this size are moved several at a time, bytes. */
  private static final long LARGEST_TOGETHER = 1 << 20;

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
    putAll(files, together);
    // The manifest comes last, so that whoever finds it finds its files.
    directory.put(manifest.digest(), () -> new ByteArrayInputStream(canonical), together.one());
    return new Put(manifest.digest(), size + canonical.length);
  }

  /** Small files at the same time; a large one alone, since it takes several lines by itself. */
  private void putAll(Map<Digest, Path> files, Together together) {
    try (Transfers transfers = new Transfers()) {
      for (Map.Entry<Digest, Path> file : files.entrySet()) {
        Digest digest = file.getKey();
        TransferProgress progress = together.one();
        if (isLarge(digest)) {
          directory.put(digest, () -> FolderScan.open(file.getValue()), progress);
          continue;
        }
        transfers.throwIfOneFailed();
        transfers.add(
            () -> {
              directory.put(digest, () -> FolderScan.open(file.getValue()), progress);
              return null;
            });
      }
      transfers.finish();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static boolean isLarge(Digest digest) {
    return digest.size() > LARGEST_TOGETHER;
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
   * manifest lists is in it, and no link is followed on the way. What a fetch that was killed, or
   * found the directory unavailable or the disk full, has brought already is kept beside the target
   * for the next one.
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
    Path incoming = createBeside(target, manifest);
    try {
      long moved = manifest.size() + fill(incoming, owner, listed, progress);
      moveInPlace(incoming, target);
      return new Fetched.Complete(listed, moved);
    } catch (ObjectNotFound | ObjectCorrupt useless) {
      deleteTree(incoming);
      throw useless;
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
      createWritable(folder, path.getParent());
      if (entry.type() == Type.DIRECTORY) {
        createWritable(folder, path);
      }
    }
  }

  /** One that an earlier fetch made may be read-only by now. */
  private static void createWritable(Path folder, Path path) {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      attempt(() -> Files.createDirectories(path), path);
    } else if (!path.equals(folder)) {
      setMode(path, 0700);
    }
  }

  /** Content that is listed twice crosses the network once. */
  private long fetchFiles(Path folder, Address owner, Manifest manifest, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    Together together = new Together(progress, distinctSize(manifest));
    Map<Digest, Path> fetched = new HashMap<>();
    Map<Path, Path> copies = new LinkedHashMap<>();
    long moved = 0;
    try (Transfers transfers = new Transfers()) {
      for (ManifestEntry entry : manifest.entries()) {
        if (entry.type() != Type.FILE) {
          continue;
        }
        Path path = folder.resolve(entry.path());
        Digest content = entry.content().orElseThrow();
        Path same = fetched.putIfAbsent(content, path);
        if (same != null) {
          copies.put(path, same);
          continue;
        }
        moved += content.size();
        TransferProgress told = together.one();
        transfers.throwIfOneFailed();
        Future<?> fetching =
            transfers.add(
                () -> {
                  fetchFile(owner, entry.path(), content, path, told);
                  return null;
                });
        if (isLarge(content)) {
          Transfers.resultOf(fetching);
        }
      }
      transfers.finish();
    } catch (RuntimeException | ObjectNotFound | ObjectCorrupt e) {
      throw e;
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
    copies.forEach(FolderTransfer::copy);
    setFileModes(folder, manifest);
    return moved;
  }

  private static void copy(Path path, Path same) {
    attempt(() -> Files.copy(same, path, StandardCopyOption.REPLACE_EXISTING), path);
  }

  private void fetchFile(
      Address owner, String name, Digest content, Path path, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    if (VerifiedFile.isThere(path, content)) {
      progress.moved(content.size(), content.size());
      return;
    }
    try {
      directory.fetch(owner, content, path, progress);
    } catch (ObjectNotFound e) {
      throw new ObjectNotFound(name + ": " + e.getMessage());
    } catch (ObjectCorrupt e) {
      throw e.in(name);
    }
  }

  private static long distinctSize(Manifest manifest) {
    return manifest.contents().stream().mapToLong(Digest::size).sum();
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
        attempt(
            () -> {
              Files.deleteIfExists(path);
              return Files.createSymbolicLink(path, target);
            },
            path);
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

  /** The same name each time, so that what came before is found again. */
  private static Path createBeside(Path target, Digest manifest) {
    Path parent = target.toAbsolutePath().getParent();
    try {
      Path incoming = parent.resolve(".incoming-" + manifest.sha256().toHex());
      Files.createDirectories(parent);
      if (Files.exists(incoming, LinkOption.NOFOLLOW_LINKS)) {
        return incoming;
      }
      return Files.createDirectory(
          incoming, PosixFilePermissions.asFileAttribute(Mode.permissions(0700)));
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
}
