package modicum.jobcreator.verification;

import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.HandOver;
import modicum.directory.encryption.KeyExchange;
import modicum.directory.encryption.Keys;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageTransfer;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.content.Manifest;
import modicum.protocol.identity.Address;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.Match;
import modicum.protocol.match.RejectReason;

/**
 * Whether all of a job is in the directory, when a provider says that it is not; and whether the
 * provider was given the key, where there is one.
 */
record UploadCheck(Directory directory, KeyExchange exchange, Optional<AgeKey> key) {
  Finding of(JobRecord job, Match match) {
    Optional<String> withoutKey = key.flatMap(k -> faultOfHandOver(match, k));
    if (withoutKey.isPresent()) {
      return new Finding.Right(withoutKey.get());
    }
    try {
      return isComplete(job)
          ? new Finding.Wrong(
              RejectReason.INVALID_RESULT_STATUS,
              "the provider says that the job is not in the directory, but all of it is")
          : new Finding.Right("a part of the job is not in the directory any more");
    } catch (ObjectNotFound | ObjectCorrupt e) {
      return new Finding.Right("a part of the job is not there: " + e.getMessage());
    }
  }

  /** One that asked a moment ago may not have been answered yet. */
  private Optional<String> faultOfHandOver(Match match, AgeKey job) {
    Address provider = match.terms().resourceProvider();
    exchange.answerOnce(directory, match.id(), provider, Keys.ofJob(job));
    return new HandOver(match.id(), match.terms().jobCreator(), provider, job.recipient())
        .fault(directory, exchange.signatures(), Optional.empty());
  }

  private boolean isComplete(JobRecord job) throws ObjectNotFound, ObjectCorrupt {
    Address owner = job.offer().jobCreator();
    JobSpec spec = JobTransfer.readSpec(directory, owner, job.offer().jobDigest());
    ImageTransfer images = new ImageTransfer(directory);
    return images.has(owner, spec.image().manifest())
        && hasComparator(images, owner, spec)
        && (spec.input().isEmpty()
            || hasFiles(
                new FolderTransfer(directory).readManifest(owner, spec.input().orElseThrow())));
  }

  private static boolean hasComparator(ImageTransfer images, Address owner, JobSpec spec)
      throws ObjectCorrupt {
    return !(spec.equality() instanceof Equality.Comparator comparator)
        || images.has(owner, comparator.image().manifest());
  }

  private boolean hasFiles(Manifest input) {
    return input.entries().stream()
        .flatMap(e -> e.content().stream())
        .distinct()
        .allMatch(directory::has);
  }
}
