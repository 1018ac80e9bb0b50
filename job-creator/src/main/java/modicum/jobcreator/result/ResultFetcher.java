package modicum.jobcreator.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.identity.Address;
import modicum.protocol.match.Match;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;

/**
 * Fetches the result that a provider posted, which is the one that its commitment commits to and no
 * other. Nothing that comes from the provider is used before it is verified.
 */
public final class ResultFetcher {
  private final JobRecords records;

  public ResultFetcher(JobRecords records) {
    this.records = records;
  }

  /** What earlier calls left here. */
  public ResultFetch known(JobRecord job) {
    return records
        .manifest(job.id())
        .<ResultFetch>map(ResultFetch.Fetched::new)
        .orElseGet(ResultFetch.NotTried::new);
  }

  /**
   * Fetching twice is fetching once.
   *
   * @throws modicum.directory.DirectoryUnavailable the directory does not answer
   */
  public ResultFetch fetch(
      JobRecord job, Match match, Directory directory, TransferProgress progress) {
    ResultFetch known = known(job);
    if (known instanceof ResultFetch.Fetched) {
      return known;
    }
    Result result = match.state().postedResult().orElseThrow();
    Address provider = match.terms().resourceProvider();
    if (result.status() != ResultStatus.COMPLETED || isEmpty(match, result)) {
      return keepEmpty(job);
    }
    Optional<Digest> announced = directory.findResult(match.id(), provider);
    if (announced.isEmpty()) {
      return new ResultFetch.Missing("the provider announced no result in the directory");
    }
    Optional<AgeKey> key = records.key(job.id());
    if (key.isPresent()) {
      return fetchEncrypted(job, match, announced.get(), key.get(), directory, progress);
    }
    if (!commits(match, result, announced.get())) {
      return new ResultFetch.Missing("the announced result is not the one that was posted");
    }
    return fetch(job, provider, announced.get(), directory, progress);
  }

  /** The commitment is to what the encrypted folder holds. */
  private ResultFetch fetchEncrypted(
      JobRecord job,
      Match match,
      Digest announced,
      AgeKey key,
      Directory directory,
      TransferProgress progress) {
    Path folder = records.resultFolder(job.id());
    Path stored = records.storedResultFolder(job.id());
    try {
      EncryptedFolder found =
          EncryptedFolder.open(directory, match.terms().resourceProvider(), announced, key);
      Digest manifest = found.plain().digest();
      if (!commits(match, match.state().postedResult().orElseThrow(), manifest)) {
        return new ResultFetch.Missing("the announced result is not the one that was posted");
      }
      FileTree.delete(folder);
      long limit = job.offer().limits().bandwidth();
      ResultFetch fetched = kept(job, manifest, found.fetch(folder, stored, limit, progress));
      FileTree.delete(stored);
      return fetched;
    } catch (ObjectNotFound | ObjectCorrupt e) {
      FileTree.delete(stored);
      return new ResultFetch.Missing(e.getMessage());
    }
  }

  private ResultFetch fetch(
      JobRecord job,
      Address provider,
      Digest manifest,
      Directory directory,
      TransferProgress progress) {
    Path folder = records.resultFolder(job.id());
    // Without its manifest on record it is what a kill left behind.
    FileTree.delete(folder);
    long limit = job.offer().limits().bandwidth();
    try {
      return kept(
          job,
          manifest,
          new FolderTransfer(directory).fetch(provider, manifest, folder, limit, progress));
    } catch (ObjectNotFound | ObjectCorrupt e) {
      return new ResultFetch.Missing(e.getMessage());
    }
  }

  private ResultFetch kept(JobRecord job, Digest manifest, Fetched fetched) {
    return switch (fetched) {
      case Fetched.Complete complete -> keep(job, manifest);
      case Fetched.TooLarge tooLarge ->
          new ResultFetch.TooLarge(
              "the output has %d bytes, the job may move %d"
                  .formatted(tooLarge.size(), tooLarge.limit()));
    };
  }

  private ResultFetch keepEmpty(JobRecord job) {
    try {
      Files.createDirectories(records.resultFolder(job.id()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the state folder", e);
    }
    return keep(job, Manifest.EMPTY.digest());
  }

  private ResultFetch keep(JobRecord job, Digest manifest) {
    records.writeManifest(job.id(), manifest);
    return new ResultFetch.Fetched(manifest);
  }

  private static boolean isEmpty(Match match, Result result) {
    return commits(match, result, Manifest.EMPTY.digest());
  }

  private static boolean commits(Match match, Result result, Digest manifest) {
    return ResultCommitment.of(match.id(), match.terms().resourceProvider(), manifest.sha256())
        .equals(result.commitment());
  }
}
