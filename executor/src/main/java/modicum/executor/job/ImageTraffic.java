package modicum.executor.job;

/** Whether an image's layers count against a job's bandwidth limit. */
public enum ImageTraffic {
  /** Those that have to be fetched. For a provider: what it moves for a job is limited. */
  IF_FETCHED,

  /**
   * Never. For who checks a provider: one that had the image moved fewer bytes than the checker may
   * have to, and was within the limit all the same.
   */
  NEVER,

  /**
   * Always. For who checks a provider that found the job too large: it may not have had the image.
   */
  ALWAYS
}
