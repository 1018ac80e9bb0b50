package modicum.protocol.match;

import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;

/**
 * A match: what was agreed, and where it stands.
 *
 * @param resourceIncentive what the solver got of the resource provider, wei; what it got of the
 *     job creator stands in the job offer
 */
public record Match(
    MatchId id,
    JobOffer jobOffer,
    OfferHash resourceOfferHash,
    Wei resourceIncentive,
    Terms terms,
    Address solver,
    MatchState state) {
  public Match with(MatchState next) {
    return new Match(id, jobOffer, resourceOfferHash, resourceIncentive, terms, solver, next);
  }

  /** Who must act by when, and from when anyone can close it; empty where it is closed. */
  public Optional<NextStep> nextStep(MarketParameters parameters) {
    return NextStep.of(this, parameters);
  }

  /** Whether some of the account's money is locked while the match is open. */
  public boolean locksMoneyOf(Address account) {
    return terms.jobCreator().equals(account) || terms.resourceProvider().equals(account);
  }

  public boolean isOpen() {
    return state instanceof MatchState.Open;
  }
}
