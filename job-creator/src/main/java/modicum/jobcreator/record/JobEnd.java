package modicum.jobcreator.record;

/** How a job that needs nothing more ended; the details of a closed match are on the ledger. */
public enum JobEnd {
  /** Nobody matched the offer in time. */
  EXPIRED,
  /** The owner cancelled the offer. */
  CANCELLED,
  /** The match is closed, and its output, where there is one, is in the output folder. */
  COLLECTED,
  /** The match is closed, and there is no output to be had. */
  CLOSED
}
