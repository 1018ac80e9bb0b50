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
import modicum.directory.folder.Fetched;
import modicum.directory.folder.FolderTransfer;
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

  ClaimSearch(Directory directory, Match match, Result claim) {
    this.directory = directory;
    this.match = match;
    this.claim = claim;
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
    if (!commitsTo(announced.get())) {
      return ClaimedResult.missing("the announced result is not the one that was posted", 0);
    }
    try {
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
    Limits limits = match.jobOffer().limits();
    long limit = Math.max(limits.bandwidth(), limits.storage());
    return switch (new FolderTransfer(directory)
        .fetch(provider(), digest, folder, limit, TransferProgress.NONE)) {
      case Fetched.Complete complete ->
          new ClaimedResult(Optional.of(manifest), Optional.of(folder), moved, "");
      case Fetched.TooLarge tooLarge ->
          new ClaimedResult(
              Optional.of(manifest),
              Optional.empty(),
              digest.size(),
              "the claimed output has %d bytes, the job's limits allow %d"
                  .formatted(tooLarge.size(), tooLarge.limit()));
    };
  }

  private Address provider() {
    return match.terms().resourceProvider();
  }
}
