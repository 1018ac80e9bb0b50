package modicum.protocol.result;

/** How a run ended (section 7); the ordinal is the contract's code, in the published order. */
public enum ResultStatus {
  COMPLETED,
  DECLINED,
  JOB_DESCRIPTION_ERROR,
  JOB_NOT_FOUND,
  MEMORY_EXCEEDED,
  STORAGE_EXCEEDED,
  INSTRUCTIONS_EXCEEDED,
  BANDWIDTH_EXCEEDED,
  EXCEPTION_OCCURRED,
  DIRECTORY_UNAVAILABLE;

  /** Whether a result with this status is free of charge: the provider did not do its part. */
  public boolean isFree() {
    return this == DECLINED || this == DIRECTORY_UNAVAILABLE;
  }
}
