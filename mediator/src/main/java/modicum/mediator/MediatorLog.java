package modicum.mediator;

import modicum.ledger.MarketMoney;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Wei;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines that a mediator's operator reads. */
final class MediatorLog {
  private static final Logger LOG = LoggerFactory.getLogger("modicum.mediator");

  private final MarketMoney money;

  MediatorLog(MarketMoney money) {
    this.money = money;
  }

  void registered() {
    LOG.info("Registered as mediator.");
  }

  void trustSet(MediatorAction.SetTrust action) {
    String now = action.trusted() ? "Now" : "No longer";
    action.subjects().forEach(of -> LOG.info("{} {}.", now, action.kind().sentence(of)));
  }

  void withdrew(Wei amount) {
    LOG.info("Withdrew {}.", money.forPeople(amount));
  }

  void mediating(Match match) {
    LOG.info("Match {}: in mediation.", match.id());
  }

  void judged(MatchId match, Judgement judgement, Bytes32 evidence) {
    LOG.info(
        "Match {}: {}, at fault: {}: {} (evidence {}).",
        match,
        judgement.verdict(),
        judgement.verdict().faultyParty(),
        judgement.why(),
        evidence.toHex());
  }

  void evidenceNotStored(MatchId match, String why) {
    LOG.warn("Match {}: the verdict is posted before its evidence is stored: {}", match, why);
  }

  void verdictPosted(MatchId match) {
    LOG.info("Match {}: verdict posted.", match);
  }

  void gaveUp(MatchId match, String why) {
    LOG.warn("Match {}: no verdict: {}", match, why);
  }

  void cleanedUp(MatchId match) {
    LOG.debug("Match {}: cleaned up.", match);
  }

  void refused(MediatorAction action, Rejection rejection) {
    LOG.warn("The market refuses {}: {}", action.getClass().getSimpleName(), rejection.sentence());
  }
}
