package modicum.mediator;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.EncryptedFolder;
import modicum.directory.folder.Fetched;
import modicum.directory.folder.FolderTransfer;
import modicum.executor.job.FileTree;
import modicum.executor.job.Traffic;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.identity.Address;
import modicum.protocol.match.Match;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;

/** Looks for the result that a provider posted, which is the one that it committed to. */
final class ClaimSearch {
  private final Directory directory;
  private final Match match;
  private final Result claim;
  private final DisputedKey key;
  private final Path stored;

  /**
   * @param claimFolder where the claimed output goes; what is encrypted is stored beside it
   */
  ClaimSearch(Directory directory, Match match, Result claim, DisputedKey key, Path claimFolder) {
    this.directory = directory;
    this.match = match;
    this.claim = claim;
    this.key = key;
    this.stored = claimFolder.resolveSibling(claimFolder.getFileName() + ".stored");
  }

  /**
   * The manifest alone, or all files too.
   *
   * @param folder where the files go; empty: only the manifest is looked for
   */
  ClaimedResult look(Optional<Path> folder) {
    if (commitsTo(Manifest.EMPTY.digest())) {
      return new ClaimedResult(Optional.of(Manifest.EMPTY), folder, 0, "");
    }
    Optional<Digest> announced = directory.findResult(match.id(), provider());
    if (announced.isEmpty()) {
      return ClaimedResult.missing("the provider announced no result", 0);
    }
    if (key.isMissing()) {
      return ClaimedResult.missing("the result is encrypted, and its key is not here", 0);
    }
    if (key.key().isEmpty() && !commitsTo(announced.get())) {
      return notThePosted();
    }
    try {
      if (key.key().isPresent()) {
        return lookEncrypted(announced.get(), key.key().get(), folder);
      }
      Manifest manifest = new FolderTransfer(directory).readManifest(provider(), announced.get());
      return folder.isEmpty()
          ? new ClaimedResult(Optional.of(manifest), folder, announced.get().size(), "")
          : fetch(announced.get(), manifest, folder.get());
    } catch (ObjectNotFound | ObjectCorrupt e) {
      return ClaimedResult.missing(e.getMessage(), announced.get().size());
    } catch (InvalidPathException | UncheckedIOException e) {
      throw new LocalTrouble(
          "this machine cannot hold the result of match "
              + match.id()
              + "; look at its disk, and that its locale is UTF-8: "
              + e.getMessage(),
          e);
    }
  }

  private static ClaimedResult notThePosted() {
    return ClaimedResult.missing("the announced result is not the one that was posted", 0);
  }

  /** The commitment is to what the encrypted folder holds. */
  private ClaimedResult lookEncrypted(Digest announced, AgeKey with, Optional<Path> folder)
      throws ObjectNotFound, ObjectCorrupt {
    EncryptedFolder found = EncryptedFolder.open(directory, provider(), announced, with);
    if (!commitsTo(found.plain().digest())) {
      return notThePosted();
    }
    if (folder.isEmpty()) {
      long moved = found.overhead();
      return new ClaimedResult(Optional.of(found.plain()), folder, moved, "");
    }
    long moved = Traffic.ofUpload(found.sealed());
    if (Files.exists(folder.get())) {
      return new ClaimedResult(Optional.of(found.plain()), folder, moved, "");
    }
    // What has come stays for the next attempt where the directory goes silent.
    Fetched fetched = found.fetch(folder.get(), stored, limit(), TransferProgress.NONE);
    FileTree.delete(stored);
    return claimed(fetched, found.plain(), folder.get(), moved, found.overhead());
  }

  /** Whether the posted commitment is to a result of this digest. */
  boolean commitsTo(Digest manifest) {
    return ResultCommitment.of(match.id(), provider(), manifest.sha256())
        .equals(claim.commitment());
  }

  private ClaimedResult fetch(Digest digest, Manifest manifest, Path folder)
      throws ObjectNotFound, ObjectCorrupt {
    long moved = Traffic.ofUpload(manifest);
    if (Files.exists(folder)) {
      return new ClaimedResult(Optional.of(manifest), Optional.of(folder), moved, "");
    }
    return claimed(
        new FolderTransfer(directory)
            .fetch(provider(), digest, folder, limit(), TransferProgress.NONE),
        manifest,
        folder,
        moved,
        digest.size());
  }

  private static ClaimedResult claimed(
      Fetched fetched, Manifest manifest, Path folder, long moved, long movedToSee) {
    return switch (fetched) {
      case Fetched.Complete complete ->
          new ClaimedResult(Optional.of(manifest), Optional.of(folder), moved, "");
      case Fetched.TooLarge tooLarge ->
          new ClaimedResult(
              Optional.of(manifest),
              Optional.empty(),
              movedToSee,
              "the claimed output has %d bytes, the job's limits allow %d"
                  .formatted(tooLarge.size(), tooLarge.limit()));
    };
  }

  private long limit() {
    Limits limits = match.jobOffer().limits();
    return Math.max(limits.bandwidth(), limits.storage());
  }

  private Address provider() {
    return match.terms().resourceProvider();
  }
}
