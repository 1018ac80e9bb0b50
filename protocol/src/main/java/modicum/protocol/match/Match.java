package modicum.protocol.match;

import modicum.protocol.identity.Address;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;

/** A match: what was agreed, and where it stands. */
public record Match(
    MatchId id,
    JobOffer jobOffer,
    OfferHash resourceOfferHash,
    ResourceOffer resourceOffer,
    Terms terms,
    Address solver,
    MatchState state) {
  public Match with(MatchState next) {
    return new Match(id, jobOffer, resourceOfferHash, resourceOffer, terms, solver, next);
  }

  public boolean isOpen() {
    return state instanceof MatchState.Open;
  }
}
