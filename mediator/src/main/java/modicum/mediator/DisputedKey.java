package modicum.mediator;

import java.util.List;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.HandOver;
import modicum.directory.encryption.KeyExchange;
import modicum.directory.encryption.Keys;
import modicum.directory.folder.JobTransfer;
import modicum.executor.job.JobKeys;
import modicum.ledger.Ledger;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.AgeRecipient;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.result.ResultStatus;

/**
 * What a mediator knows of the key of a disputed job.
 *
 * @param recipient to whom the job is encrypted; empty where it is plain, or is not there
 * @param key empty, too, where neither party hands it over
 * @param handOverFault what the job creator did wrong when it was to give the provider the key
 */
record DisputedKey(
    Optional<AgeRecipient> recipient, Optional<AgeKey> key, Optional<String> handOverFault) {
  static final DisputedKey NOT_NEEDED =
      new DisputedKey(Optional.empty(), Optional.empty(), Optional.empty());

  /** At least so many parts of the mediation window are left to run the job. */
  private static final int PATIENCE_SHARE = 4;

  private static final long LONGEST_PATIENCE = 600;

  /** What the runs here are given. */
  JobKeys keys() {
    return (directory, source, job) -> handOverFault.isPresent() ? Optional.empty() : key;
  }

  /** Whether the output cannot be looked at, whatever the provider did. */
  boolean isMissing() {
    return recipient.isPresent() && key.isEmpty();
  }

  /** Why the job is run as if it were not there; empty where it is not. */
  Optional<String> absence() {
    return isMissing() && handOverFault.isEmpty()
        ? Optional.of("the job is encrypted, and neither of its parties hands its key over")
        : handOverFault;
  }

  /**
   * Asks both parties for the key.
   *
   * @throws KeyAwaited it is not here, and there is time to wait for it
   */
  static DisputedKey of(Match match, Directory directory, KeyExchange exchange, Ledger ledger) {
    Optional<AgeRecipient> recipient = spec(match, directory).flatMap(JobSpec::recipient);
    if (recipient.isEmpty()) {
      return NOT_NEEDED;
    }
    Address jobCreator = match.terms().jobCreator();
    Address provider = match.terms().resourceProvider();
    Optional<AgeKey> key =
        exchange.ask(directory, match.id(), List.of(jobCreator, provider), recipient.get());
    Optional<String> fault = Optional.empty();
    boolean complete = key.isPresent();
    if (saysThatNothingWasThere(match)) {
      Optional<Keys> shown = exchange.given(directory, match.id(), provider);
      fault =
          new HandOver(match.id(), jobCreator, provider, recipient.get())
              .fault(directory, ledger.signatures(), shown.flatMap(Keys::own));
      // The provider may be about to show that what it was given is of no use.
      complete = fault.isPresent() || complete && shown.isPresent();
    }
    if (!complete && hasTime(match, ledger)) {
      throw new KeyAwaited(
          "match %s: the job is encrypted, and its key is awaited from its parties"
              .formatted(match.id()));
    }
    return new DisputedKey(recipient, key, fault);
  }

  private static boolean saysThatNothingWasThere(Match match) {
    return match.state().postedResult().orElseThrow().status() == ResultStatus.JOB_NOT_FOUND;
  }

  /** What is wrong with a job that is not there, or is none, shows when it is run. */
  private static Optional<JobSpec> spec(Match match, Directory directory) {
    try {
      return Optional.of(
          JobTransfer.readSpec(
              directory, match.terms().jobCreator(), match.jobOffer().jobDigest()));
    } catch (ObjectNotFound | ObjectCorrupt e) {
      return Optional.empty();
    }
  }

  private static boolean hasTime(Match match, Ledger ledger) {
    long window = ledger.parameters().mediationWindow();
    long rejected = ((MatchState.InMediation) match.state()).deadline() - window;
    long patience = Math.min(LONGEST_PATIENCE, window / PATIENCE_SHARE);
    return ledger.head().time() < rejected + patience;
  }
}
