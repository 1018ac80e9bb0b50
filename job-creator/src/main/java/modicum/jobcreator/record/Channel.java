package modicum.jobcreator.record;

/** How an offer is made known. */
public enum Channel {
  /** Signed, and left with the solvers: costs no gas. */
  ORDER_BOOK,
  /** Posted on the chain. */
  ON_CHAIN
}
