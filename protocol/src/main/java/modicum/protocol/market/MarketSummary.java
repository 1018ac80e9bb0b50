package modicum.protocol.market;

import java.util.List;
import java.util.Map;
import modicum.protocol.identity.Address;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;

/**
 * All that a {@link MarketState} knew at one moment, for comparing: live with replayed, ours with
 * another's.
 *
 * @param verdicts given, but their match not yet closed: never between two transactions
 * @param matches oldest first
 */
public record MarketSummary(
    Registry.Summary registry,
    Map<Address, AccountBalance> balances,
    Map<OfferHash, JobOffer> postedJobOffers,
    Map<OfferHash, Address> cancelledJobOffers,
    Map<OfferHash, ResourceOffer> postedResourceOffers,
    Map<OfferHash, ResourceOfferState> resourceOffers,
    Map<Address, Long> nonceFloors,
    Map<MatchId, MarketEvent.VerdictPosted> verdicts,
    List<Match> matches) {}
