package modicum.executor.job;

import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.encryption.AgeKey;
import modicum.protocol.identity.AgeRecipient;

/** Where the keys of encrypted jobs come from. */
@FunctionalInterface
public interface JobKeys {
  /** For those who are given none. */
  JobKeys NONE = (directory, source, job) -> Optional.empty();

  /**
   * The key of a job; empty where it is not here yet. One that does not fit is none.
   *
   * @param directory in which the job is
   * @param job to whom the job is encrypted
   */
  Optional<AgeKey> find(Directory directory, JobSource source, AgeRecipient job);
}
