package modicum.provider;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.executor.job.JobResult;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.ResourceProvider;

/** What a resource provider can do. Performing an action twice is performing it once. */
public sealed interface ProviderAction {
  record Register(ResourceProvider resourceProvider) implements ProviderAction {}

  record SetTrust(Trust kind, List<Bytes32> subjects, boolean trusted) implements ProviderAction {}

  record Deposit(Wei amount) implements ProviderAction {}

  /** Signs an offer and leaves it with a solver. */
  record LeaveOffer(String solver, ResourceOffer offer) implements ProviderAction {}

  record PostOffer(ResourceOffer offer) implements ProviderAction {}

  /** Brings a job here and starts it, or finds it started; does not wait for its end. */
  record RunJob(MatchId match, JobOffer offer) implements ProviderAction {}

  /**
   * Puts the output into the directory, if there is one, and then says so on the chain.
   *
   * @param outputFolder where the files of the output are; empty where there is no output
   */
  record PostResult(MatchId match, Address directory, JobResult result, Optional<Path> outputFolder)
      implements ProviderAction {}

  record CloseBySilence(MatchId match) implements ProviderAction {}

  record CloseMediationOverdue(MatchId match) implements ProviderAction {}

  /** Removes the run of a match and all that was fetched for it. */
  record CleanUp(MatchId match) implements ProviderAction {}

  record Withdraw(Wei amount) implements ProviderAction {}
}
