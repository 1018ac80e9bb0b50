package modicum.protocol.match;

/** Who is at fault by a verdict; the ordinal is the contract's code. */
public enum FaultyParty {
  RESOURCE_PROVIDER("resource provider"),
  JOB_CREATOR("job creator"),
  DIRECTORY("directory");

  private final String words;

  FaultyParty(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
