package modicum.directory.folder;

import java.io.ByteArrayInputStream;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.job.JobSpec;

/** Moves job specs, which job offers name by their hash alone. */
public final class JobTransfer {
  private JobTransfer() {}

  /** Puts a job spec into the caller's name space. */
  public static void putSpec(Directory directory, JobSpec spec) {
    byte[] canonical = spec.canonical();
    directory.put(spec.digest(), () -> new ByteArrayInputStream(canonical), TransferProgress.NONE);
  }

  /**
   * @param jobDigest as the job offer has it
   * @throws ObjectCorrupt it is no job spec, too; the message says why
   */
  public static JobSpec readSpec(Directory directory, Address jobCreator, Bytes32 jobDigest)
      throws ObjectNotFound, ObjectCorrupt {
    byte[] canonical = directory.read(jobCreator, jobDigest, JobSpec.MAXIMUM_SIZE);
    try {
      return JobSpec.parse(canonical);
    } catch (IllegalArgumentException e) {
      throw new ObjectCorrupt("job spec " + jobDigest.toHex() + ": " + e.getMessage());
    }
  }
}
