package modicum.jobcreator;

import java.util.Set;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import modicum.protocol.match.Match;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.Wei;

/** What a job creator can do. */
public sealed interface JobCreatorAction {
  record Register() implements JobCreatorAction {}

  record TrustMediators(Set<Address> mediators) implements JobCreatorAction {}

  /**
   * Brings the free balance up to an amount, if the wallet suffices. Doing it twice is doing it
   * once.
   */
  record DepositUpTo(Wei free) implements JobCreatorAction {}

  /** Leaves a signed offer with the solvers. */
  record LeaveOffer(JobRecord job) implements JobCreatorAction {}

  record PostOffer(JobRecord job) implements JobCreatorAction {}

  record FetchResult(JobRecord job, Match match) implements JobCreatorAction {}

  /**
   * Looks at a result as the job's policy wants.
   *
   * @param registered the provider's time per instruction, nanoseconds
   * @param manifest the result digest, of a result that is here
   */
  record Verify(JobRecord job, Match match, long registered, Digest manifest)
      implements JobCreatorAction {}

  record Accept(JobRecord job) implements JobCreatorAction {}

  /**
   * @param why one line for the operator
   */
  record Reject(JobRecord job, RejectReason reason, String why) implements JobCreatorAction {}

  record CloseResultOverdue(JobRecord job) implements JobCreatorAction {}

  /** Gets the deposit back where neither side reacted in time. */
  record CloseBySilence(JobRecord job) implements JobCreatorAction {}

  record CloseMediationOverdue(JobRecord job) implements JobCreatorAction {}

  /** Puts the files of a fetched result into the output folder. */
  record CollectOutput(JobRecord job) implements JobCreatorAction {}

  /** Nothing is left to do for a job. */
  record Finish(JobRecord job, JobEnd end) implements JobCreatorAction {}
}
