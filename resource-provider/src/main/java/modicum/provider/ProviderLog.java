package modicum.provider;

import modicum.executor.RunName;
import modicum.executor.job.JobResult;
import modicum.ledger.MarketMoney;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines that a provider's operator reads. */
final class ProviderLog {
  private static final Logger LOG = LoggerFactory.getLogger("modicum.provider");

  private final MarketMoney money;

  ProviderLog(MarketMoney money) {
    this.money = money;
  }

  void done(ProviderAction.OnChain action) {
    switch (action) {
      case ProviderAction.Register a -> LOG.info("Registered as resource provider.");
      case ProviderAction.SetTrust a -> trustSet(a);
      case ProviderAction.Deposit a -> LOG.info("Deposited {}.", money.forPeople(a.amount()));
      case ProviderAction.Withdraw a -> LOG.info("Withdrew {}.", money.forPeople(a.amount()));
      case ProviderAction.PostOffer a ->
          LOG.info("Offer {} is posted on the chain.", a.offer().nonce());
      case ProviderAction.PostResult a -> resultPosted(a.match(), a.result());
      case ProviderAction.CloseBySilence a ->
          closed(a.match(), "the job creator did not react in time");
      case ProviderAction.CloseMediationOverdue a ->
          closed(a.match(), "the mediator gave no verdict in time");
    }
  }

  private void trustSet(ProviderAction.SetTrust action) {
    String now = action.trusted() ? "Now" : "No longer";
    action.subjects().forEach(of -> LOG.info("{} {}.", now, action.kind().sentence(of)));
  }

  void offerLeft(String solver, ResourceOffer offer) {
    LOG.debug("Offer {} is left with {}.", offer.nonce(), solver);
  }

  void offerNotTaken(String solver, ResourceOffer offer, String why) {
    String oneLine = why.replaceAll("\\p{Cntrl}", " ");
    LOG.warn("{} does not take offer {}: {}", solver, offer.nonce(), oneLine);
  }

  void jobStarted(RunName run, JobOffer offer) {
    LOG.info("Match {}: running {}.", run.match(), offer.jobDigest().toHex());
  }

  void jobNotStarted(MatchId match, String why) {
    LOG.info("Match {}: cannot be run: {}", match, why);
  }

  void waiting(MatchId match, Trouble.Kind kind, String why) {
    LOG.debug("Match {}: {}: {}", match, kind, why);
  }

  private void resultPosted(MatchId match, JobResult result) {
    LOG.info(
        "Match {}: result posted: {}, {} instructions, {} bytes ({}).",
        match,
        result.status(),
        result.usage().instructions(),
        result.usage().bandwidth(),
        result.explanation());
  }

  void emptyResultNotStored(MatchId match, String why) {
    LOG.debug("Match {}: posting a result without output anyway: {}", match, why);
  }

  private void closed(MatchId match, String how) {
    LOG.info("Match {}: closed: {}.", match, how);
  }

  void cleanedUp(MatchId match) {
    LOG.debug("Match {}: cleaned up.", match);
  }

  void refused(ProviderAction action, Rejection rejection) {
    LOG.warn("The market refuses {}: {}", action.getClass().getSimpleName(), rejection.sentence());
  }
}
