package modicum.solver;

import java.util.List;
import java.util.Map;
import java.util.Set;
import modicum.ledger.Head;
import modicum.protocol.market.MarketState;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHash;

/**
 * What the solver decides by. Read it only on the thread that follows the ledger.
 *
 * @param live the offers that can be matched, those in {@code underway} included
 * @param ended offers in the book that can no longer be matched
 * @param underway matches that are being posted and that the chain does not show yet
 * @param barred pairings that the market refused lately
 * @param leastIncentive wei that a match must bring the solver, of both sides together
 */
public record SolverView(
    MarketState market,
    Head head,
    LiveOffers live,
    Map<OfferHash, Ending> ended,
    List<SolverAction.PostMatch> underway,
    Set<Pairing> barred,
    Wei leastIncentive) {}
