package modicum.protocol.identity;

/** A registered role; the ordinal is the contract's code. */
public enum Role {
  JOB_CREATOR("job creator"),
  RESOURCE_PROVIDER("resource provider"),
  MEDIATOR("mediator"),
  DIRECTORY("directory");

  private final String words;

  Role(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
