package modicum.protocol.match;

/** Why a job creator rejects a result (section 7); the ordinal is the contract's code. */
public enum RejectReason {
  RESULT_NOT_FOUND,
  TOO_MUCH_COST,
  WRONG_RESULTS,
  INVALID_RESULT_STATUS,
  DIRECTORY_UNAVAILABLE
}
