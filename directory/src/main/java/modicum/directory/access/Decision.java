package modicum.directory.access;

/** The answer to an {@link AccessRequest}. */
public sealed interface Decision {
  record Allowed() implements Decision {}

  /** Not at this stage of the match, as far as the directory has seen the ledger. */
  record NotYet(String why) implements Decision {}

  record Refused(String why) implements Decision {}

  Decision ALLOWED = new Allowed();
}
