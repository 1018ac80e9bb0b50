package modicum.protocol.match;

/**
 * What a mediator found, and so who is at fault (section 7); the ordinal is the contract's code.
 */
public enum Verdict {
  RESULT_NOT_FOUND(FaultyParty.RESOURCE_PROVIDER),
  TOO_MUCH_COST(FaultyParty.RESOURCE_PROVIDER),
  WRONG_RESULTS(FaultyParty.RESOURCE_PROVIDER),
  CORRECT_RESULTS(FaultyParty.JOB_CREATOR),
  INVALID_RESULT_STATUS(FaultyParty.RESOURCE_PROVIDER),
  NON_DETERMINISTIC_JOB(FaultyParty.JOB_CREATOR),
  DIRECTORY_UNAVAILABLE(FaultyParty.DIRECTORY);

  private final FaultyParty faultyParty;

  Verdict(FaultyParty faultyParty) {
    this.faultyParty = faultyParty;
  }

  public FaultyParty faultyParty() {
    return faultyParty;
  }
}
