package modicum.provider;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.executor.job.JobResult;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;

/** What a resource provider can do. Performing an action twice is performing it once. */
public sealed interface ProviderAction {
  /** What is one command on the chain. */
  sealed interface OnChain extends ProviderAction {
    Command command(Address account);
  }

  record Register(ResourceProvider resourceProvider) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.RegisterResourceProvider(account, resourceProvider);
    }
  }

  record SetTrust(Trust kind, List<Bytes32> subjects, boolean trusted) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.SetTrust(account, kind, subjects, trusted);
    }
  }

  record Deposit(Wei amount) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.Deposit(account, amount);
    }
  }

  /** Signs an offer and leaves it with a solver. */
  record LeaveOffer(String solver, ResourceOffer offer) implements ProviderAction {}

  record PostOffer(ResourceOffer offer) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.PostResourceOffer(account, offer);
    }
  }

  /** Brings a job here and starts it, or finds it started; does not wait for its end. */
  record RunJob(MatchId match, JobOffer offer) implements ProviderAction {}

  /**
   * Puts the output into the directory, if there is one, and announces it there.
   *
   * @param outputFolder where the files of the output are; empty where there is no output
   */
  record PublishResult(
      MatchId match, Address directory, JobResult result, Optional<Path> outputFolder)
      implements ProviderAction {}

  /** Gives the mediator of a dispute, if it asks, the key of an encrypted job. */
  record HandOverKey(MatchId match, Address directory, Address mediator)
      implements ProviderAction {}

  /** Says on the chain what a job came to. */
  record PostResult(MatchId match, JobResult result) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.PostResult(
          account,
          match,
          new Result(
              result.status(),
              ResultCommitment.of(match, account, result.output().digest().sha256()),
              result.usage()));
    }
  }

  record CloseBySilence(MatchId match) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.CloseBySilence(account, match);
    }
  }

  record CloseMediationOverdue(MatchId match) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.CloseMediationOverdue(account, match);
    }
  }

  /** Removes the run of a match and all that was fetched for it. */
  record CleanUp(MatchId match) implements ProviderAction {}

  record Withdraw(Wei amount) implements OnChain {
    @Override
    public Command command(Address account) {
      return new Command.Withdraw(account, amount);
    }
  }
}
