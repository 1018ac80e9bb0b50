package modicum.protocol.match;

/** How a match ended; the ordinal is the contract's code. */
public enum ClosingReason {
  ACCEPTED,
  ACCEPTED_BY_SILENCE,
  RESULT_OVERDUE,
  MEDIATED,
  MEDIATION_OVERDUE
}
