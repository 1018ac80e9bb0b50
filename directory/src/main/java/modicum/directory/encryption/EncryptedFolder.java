package modicum.directory.encryption;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.ObjectUnopenable;
import modicum.directory.TransferProgress;
import modicum.directory.access.StoredReach;
import modicum.directory.folder.Fetched;
import modicum.directory.folder.FolderTransfer;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.AgeRecipient;

/**
 * An encrypted folder in a directory, opened with its key. To the directory it is a folder like any
 * other: age files called by their numbers, one for each distinct content and with a key of its
 * own, and the file {@value Index#NAME}, encrypted to the folder's recipient, which holds the
 * manifest of the plain folder and those keys.
 *
 * <p>Rationale: with a key for each content, one that many jobs share is stored once, and who has
 * the key of one job can read no other job's.
 */
public final class EncryptedFolder {
  private final Directory directory;
  private final Address owner;
  private final Manifest sealed;
  private final Manifest plain;
  private final Map<Digest, Content> contents;

  /** Where the content of a plain file is, and how it is read. */
  record Content(Digest file, AgeKey key) {}

  private EncryptedFolder(
      Directory directory,
      Address owner,
      Manifest sealed,
      Manifest plain,
      Map<Digest, Content> contents) {
    this.directory = directory;
    this.owner = owner;
    this.sealed = sealed;
    this.plain = plain;
    this.contents = contents;
  }

  /** Whether anything can be encrypted to a recipient; its form alone does not tell. */
  public static boolean isUsable(AgeRecipient recipient) {
    return AgeFile.isUsable(recipient);
  }

  /**
   * Reads manifest and index, and checks that they fit; no content is fetched.
   *
   * @param manifest of the folder as it is stored
   * @throws ObjectUnopenable it is no encrypted folder, or not one of this key
   */
  public static EncryptedFolder open(
      Directory directory, Address owner, Digest manifest, AgeKey key)
      throws ObjectNotFound, ObjectCorrupt {
    Manifest sealed = new FolderTransfer(directory).readManifest(owner, manifest);
    Map<String, Digest> files = files(sealed);
    Digest indexFile =
        Optional.ofNullable(files.get(Index.NAME))
            .orElseThrow(() -> new ObjectUnopenable("the encrypted folder has no index"));
    if (indexFile.size() > AgeFile.sizeOf(Index.MAXIMUM_SIZE)) {
      throw new ObjectUnopenable("the encrypted folder's index is larger than any may be");
    }
    byte[] file = directory.read(owner, indexFile.sha256(), (int) indexFile.size());
    Index index = parse(file, key);
    return new EncryptedFolder(directory, owner, sealed, index.plain(), contents(index, files));
  }

  private static Map<String, Digest> files(Manifest sealed) throws ObjectUnopenable {
    Map<String, Digest> files = new HashMap<>();
    for (ManifestEntry entry : sealed.entries()) {
      if (entry.content().isEmpty() || entry.mode() != Index.MODE) {
        throw new ObjectUnopenable("the folder is not encrypted");
      }
      files.put(entry.path(), entry.content().get());
    }
    return files;
  }

  private static Index parse(byte[] file, AgeKey key) throws ObjectUnopenable {
    try {
      return Index.parse(AgeFile.open(file, key, Index.MAXIMUM_SIZE));
    } catch (BadAgeFile | IllegalArgumentException e) {
      throw new ObjectUnopenable("the encrypted folder's index: " + e.getMessage());
    }
  }

  /** Sizes are compared before anything is fetched: an age file's follows from its content's. */
  private static Map<Digest, Content> contents(Index index, Map<String, Digest> files)
      throws ObjectUnopenable {
    List<Digest> wanted = List.copyOf(index.plain().contents());
    if (files.size() != wanted.size() + 1) {
      throw new ObjectUnopenable(
          "the encrypted folder has %d files, its index speaks of %d"
              .formatted(files.size(), wanted.size() + 1));
    }
    Map<Digest, Content> contents = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      Digest file = files.get(Integer.toString(i));
      if (file == null
          || wanted.get(i).size() > file.size()
          || AgeFile.sizeOf(wanted.get(i).size()) != file.size()) {
        throw new ObjectUnopenable(
            "file " + i + " of the encrypted folder is not what its index says");
      }
      contents.put(wanted.get(i), new Content(file, index.keys().get(i)));
    }
    return contents;
  }

  /** As it is stored. */
  public Manifest sealed() {
    return sealed;
  }

  /** What it holds. */
  public Manifest plain() {
    return plain;
  }

  /** What opening it took: its manifest and its index, bytes. */
  public long overhead() {
    long index =
        sealed.entries().stream()
            .filter(entry -> entry.path().equals(Index.NAME))
            .flatMap(entry -> entry.content().stream())
            .mapToLong(Digest::size)
            .sum();
    return sealed.canonical().length + index;
  }

  /**
   * Fetches and decrypts it; see {@link FolderTransfer#fetch}.
   *
   * @param through a folder for the files as they are stored; they stay there
   * @param limit of the bytes of all plain files
   * @return with the plain manifest; bytes moved are those of the plain files
   * @throws ObjectUnopenable a file does not hold what the index says; the message names it
   */
  public Fetched fetch(Path target, Path through, long limit, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    Directory opened = new OpenedDirectory(directory, plain, contents, through);
    return new FolderTransfer(opened).fetch(owner, plain.digest(), target, limit, progress);
  }

  /** Where {@link #fetch} leaves a file of the folder as it is stored. */
  public static Path storedAt(Path through, Digest file) {
    return through.resolve(file.sha256().toHex());
  }

  /** What it takes to put a folder encrypted: each distinct content, index, manifest; bytes. */
  public static long uploadSize(Manifest plain) {
    long size = sealedLike(plain).canonical().length;
    for (Digest content : plain.contents()) {
      long file = AgeFile.sizeOf(content.size());
      size = size > Long.MAX_VALUE - file ? Long.MAX_VALUE : size + file;
    }
    long index = AgeFile.sizeOf(Index.sizeOf(plain));
    return size > Long.MAX_VALUE - index ? Long.MAX_VALUE : size + index;
  }

  /** The size of the larger one of a folder's two manifests, plain and as it is stored; bytes. */
  public static long manifestSize(Manifest plain) {
    return Math.max(plain.canonical().length, sealedLike(plain).canonical().length);
  }

  /** The manifest as it is stored, with hashes that are not known yet. */
  private static Manifest sealedLike(Manifest plain) {
    List<Digest> files = new ArrayList<>();
    for (Digest content : plain.contents()) {
      files.add(new Digest(Bytes32.ZERO, AgeFile.sizeOf(content.size())));
    }
    return sealed(files, new Digest(Bytes32.ZERO, AgeFile.sizeOf(Index.sizeOf(plain))));
  }

  static Manifest sealed(List<Digest> files, Digest index) {
    List<ManifestEntry> entries = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      entries.add(ManifestEntry.file(Integer.toString(i), Index.MODE, files.get(i)));
    }
    entries.add(ManifestEntry.file(Index.NAME, Index.MODE, index));
    return new Manifest(entries);
  }

  /**
   * @throws IllegalArgumentException the folder has too many files; one line for people
   */
  static void requireManifestSize(Manifest plain) {
    if (manifestSize(plain) > StoredReach.MAXIMUM_MANIFEST_SIZE) {
      throw new IllegalArgumentException(
          "the folder has too many files: its manifest has %d bytes, at most %d are allowed; pack them into fewer"
              .formatted(manifestSize(plain), StoredReach.MAXIMUM_MANIFEST_SIZE));
    }
  }
}
