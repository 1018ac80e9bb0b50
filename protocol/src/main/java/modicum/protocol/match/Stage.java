package modicum.protocol.match;

/** Where a job offer, and the match made of it, stands; the ordinal is the contract's code. */
public enum Stage {
  UNKNOWN,
  POSTED,
  CANCELLED,
  AWAITING_RESULT,
  AWAITING_REACTION,
  IN_MEDIATION,
  CLOSED;

  /** Whether a deadline runs: time alone can change it. */
  public boolean isOpenMatch() {
    return this == AWAITING_RESULT || this == AWAITING_REACTION || this == IN_MEDIATION;
  }
}
