package modicum.protocol.market;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Terms;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.Usage;

/** What happened in the market. Whoever replays all of them in order has the market's state. */
public sealed interface MarketEvent {
  record Deposited(Address account, Wei amount) implements MarketEvent {}

  record Withdrawn(Address account, Wei amount) implements MarketEvent {}

  record JobCreatorRegistered(Address jobCreator) implements MarketEvent {}

  record ResourceProviderRegistered(Address account, ResourceProvider resourceProvider)
      implements MarketEvent {}

  record MediatorRegistered(Address account, Mediator mediator) implements MarketEvent {}

  record DirectoryRegistered(Address account, Directory directory) implements MarketEvent {}

  /**
   * @param subject an address (left-padded) or a base-layer digest
   */
  record TrustChanged(Address account, Trust kind, Bytes32 subject, boolean trusted)
      implements MarketEvent {}

  record JobOfferPosted(OfferHash offerHash, JobOffer offer) implements MarketEvent {}

  record JobOfferCancelled(OfferHash offerHash, Address jobCreator) implements MarketEvent {}

  record ResourceOfferPosted(OfferHash offerHash, ResourceOffer offer) implements MarketEvent {}

  record ResourceOfferCancelled(OfferHash offerHash, Address resourceProvider)
      implements MarketEvent {}

  /** All of the account's unmatched offers with a nonce below the floor are cancelled. */
  record NonceFloorRaised(Address account, long nonceFloor) implements MarketEvent {}

  /**
   * @param resourceIncentive of the resource offer, wei
   */
  record Matched(
      MatchId matchId,
      JobOffer jobOffer,
      OfferHash resourceOfferHash,
      Wei resourceIncentive,
      Terms terms,
      Address solver)
      implements MarketEvent {}

  record ResultPosted(
      MatchId matchId, Address resourceProvider, Result result, long reactionDeadline)
      implements MarketEvent {}

  record ResultRejected(
      MatchId matchId, Address mediator, RejectReason reason, long mediationDeadline)
      implements MarketEvent {}

  record VerdictPosted(
      MatchId matchId,
      Address mediator,
      Verdict verdict,
      FaultyParty faultyParty,
      Usage usage,
      Bytes32 evidence)
      implements MarketEvent {}

  record MatchClosed(MatchId matchId, ClosingReason reason, Settlement settlement)
      implements MarketEvent {}
}
