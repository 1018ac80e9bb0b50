package modicum.jobcreator.verification;

import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageTransfer;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.content.Manifest;
import modicum.protocol.identity.Address;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.RejectReason;

/** Whether all of a job is in the directory, when a provider says that it is not. */
record UploadCheck(Directory directory) {
  Finding of(JobRecord job) {
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
