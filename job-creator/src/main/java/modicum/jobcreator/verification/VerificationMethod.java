package modicum.jobcreator.verification;

/** What was drawn for one result. */
public enum VerificationMethod {
  /** Take it as it comes. */
  TRUST,
  /** Run the job and compare. */
  RUN_AGAIN,
  /** Let the checker look at it. */
  CHECK
}
