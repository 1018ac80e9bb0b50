package modicum.jobcreator;

import java.util.Set;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.market.Command;
import modicum.protocol.match.Match;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.Wei;

/** What a job creator can do. */
public sealed interface JobCreatorAction {
  /** What is one command on the chain for one job; the commands of several jobs may go together. */
  sealed interface OnChain extends JobCreatorAction {
    JobRecord job();

    Command command(Address account);
  }

  record Register() implements JobCreatorAction {}

  record TrustMediators(Set<Address> mediators) implements JobCreatorAction {}

  /**
   * Brings the free balance up to an amount, if the wallet suffices. Doing it twice is doing it
   * once.
   */
  record DepositUpTo(Wei free) implements JobCreatorAction {}

  /** Leaves a signed offer with the solvers. */
  record LeaveOffer(JobRecord job) implements JobCreatorAction {}

  record PostOffer(JobRecord job) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.PostJobOffer(account, job.offer());
    }
  }

  /** Gives a party of the match, if it asks, the key of an encrypted job. */
  record HandOverKey(JobRecord job, Role role, Address party) implements JobCreatorAction {}

  record FetchResult(JobRecord job, Match match) implements JobCreatorAction {}

  /**
   * Looks at a result as the job's policy wants.
   *
   * @param registered the provider's time per instruction, nanoseconds
   * @param manifest the result digest, of a result that is here
   */
  record Verify(JobRecord job, Match match, long registered, Digest manifest)
      implements JobCreatorAction {}

  record Accept(JobRecord job) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.AcceptResult(account, job.id());
    }
  }

  /**
   * @param why one line for the operator
   */
  record Reject(JobRecord job, RejectReason reason, String why) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.RejectResult(account, job.id(), reason);
    }
  }

  record CloseResultOverdue(JobRecord job) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.CloseResultOverdue(account, job.id());
    }
  }

  /** Gets the deposit back where neither side reacted in time. */
  record CloseBySilence(JobRecord job) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.CloseBySilence(account, job.id());
    }
  }

  record CloseMediationOverdue(JobRecord job) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.CloseMediationOverdue(account, job.id());
    }
  }

  /** Puts the files of a fetched result into the output folder. */
  record CollectOutput(JobRecord job) implements JobCreatorAction {}

  /** Nothing is left to do for a job. */
  record Finish(JobRecord job, JobEnd end) implements JobCreatorAction {}
}
