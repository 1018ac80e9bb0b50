package modicum.jobcreator.result;

import modicum.protocol.content.Digest;

/** How far the fetching of a result is. */
public sealed interface ResultFetch {
  record NotTried() implements ResultFetch {}

  /**
   * The directory answers, and the result that was posted is not there, or not whole.
   *
   * @param why one line for people
   */
  record Missing(String why) implements ResultFetch {}

  /** The directory does not answer. */
  record Unreachable(String why) implements ResultFetch {}

  /**
   * The output is larger than the job may upload, so that it cannot be of a completed job.
   *
   * @param why one line for people
   */
  record TooLarge(String why) implements ResultFetch {}

  /**
   * It is here, complete, and what was posted.
   *
   * @param manifest the result digest
   */
  record Fetched(Digest manifest) implements ResultFetch {}
}
