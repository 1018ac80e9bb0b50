package modicum.directory.encryption;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import modicum.directory.Directory;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.transfer.Together;
import modicum.directory.transfer.Transfers;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.AgeRecipient;

/** Puts folders into a directory so that only who has their key can read them. */
public final class EncryptedUpload {
  private final Directory directory;
  private final EncryptedContents contents;

  /**
   * @param kept where it is remembered what was encrypted to which key; nobody else's
   */
  public EncryptedUpload(Directory directory, Path kept) {
    this.directory = directory;
    this.contents = new EncryptedContents(kept);
  }

  /**
   * Puts a folder whose manifest is known. What was put before, by this or an earlier job, is
   * neither encrypted nor sent again.
   *
   * @return the manifest of the folder as it is stored, and the bytes of all its objects
   * @throws IllegalArgumentException the folder is no longer what the manifest says, has too many
   *     files, or nothing can be encrypted to the recipient
   */
  public FolderTransfer.Put put(
      Manifest plain, Path folder, AgeRecipient recipient, TransferProgress progress) {
    EncryptedFolder.requireManifestSize(plain);
    contents.removeAbandoned();
    List<EncryptedContents.Sealed> sealed = putContents(plain, folder, progress);
    Index index = new Index(plain, sealed.stream().map(EncryptedContents.Sealed::key).toList());
    Digest indexFile = put(AgeFile.encrypt(index.toBytes(), recipient));
    Manifest manifest =
        EncryptedFolder.sealed(
            sealed.stream().map(EncryptedContents.Sealed::file).toList(), indexFile);
    // The manifest comes last, so that whoever finds it finds its files.
    put(manifest.canonical());
    return new FolderTransfer.Put(manifest.digest(), EncryptedFolder.uploadSize(plain));
  }

  private Digest put(byte[] object) {
    Digest digest = Sha256.of(object);
    directory.put(digest, () -> new ByteArrayInputStream(object), TransferProgress.NONE);
    return digest;
  }

  private List<EncryptedContents.Sealed> putContents(
      Manifest plain, Path folder, TransferProgress progress) {
    Map<Digest, Path> files = new HashMap<>();
    for (ManifestEntry entry : plain.entries()) {
      entry.content().ifPresent(c -> files.putIfAbsent(c, folder.resolve(entry.path())));
    }
    List<Digest> distinct = List.copyOf(plain.contents());
    long size = distinct.stream().mapToLong(c -> AgeFile.sizeOf(c.size())).sum();
    Together together = new Together(progress, size);
    List<Future<EncryptedContents.Sealed>> begun = new ArrayList<>();
    try (Transfers transfers = new Transfers()) {
      for (Digest content : distinct) {
        TransferProgress told = together.one();
        transfers.throwIfOneFailed();
        begun.add(
            transfers.add(
                () ->
                    contents.put(
                        content,
                        () -> Files.newInputStream(files.get(content), LinkOption.NOFOLLOW_LINKS),
                        directory,
                        told)));
      }
      List<EncryptedContents.Sealed> sealed = new ArrayList<>();
      for (Future<EncryptedContents.Sealed> one : begun) {
        sealed.add(Transfers.resultOf(one));
      }
      return sealed;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }
}
