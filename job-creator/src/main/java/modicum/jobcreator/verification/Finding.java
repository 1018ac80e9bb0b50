package modicum.jobcreator.verification;

import modicum.protocol.match.RejectReason;

/** What a job creator found out about a result. */
public sealed interface Finding {
  /** One line for people. */
  String explanation();

  /** Looked at, and nothing is wrong with it. */
  record Right(String explanation) implements Finding {}

  /** Something is wrong with it, which a mediator should see. */
  record Wrong(RejectReason reason, String explanation) implements Finding {}

  /** Not looked at, by policy or because it could not be; it is taken as it came. */
  record Unverified(String explanation) implements Finding {}
}
