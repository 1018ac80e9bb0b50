package modicum.mediator;

import modicum.ledger.Ledger;
import modicum.protocol.match.MatchState;

/**
 * Until when a verdict is taken, by block time.
 *
 * @param at last block time of a verdict, seconds since 1970
 * @param reserve seconds before it from which on nothing that does not answer is waited for
 */
record MediationDeadline(Ledger ledger, long at, long reserve) {
  /** At least so many parts of the mediation window are left to wait for what does not answer. */
  private static final int RESERVE_SHARE = 4;

  static MediationDeadline of(
      Ledger ledger, MediatorConfig config, MatchState.InMediation dispute) {
    long share = ledger.parameters().mediationWindow() / RESERVE_SHARE;
    return new MediationDeadline(
        ledger, dispute.deadline(), Math.min(config.verdictReserve(), share));
  }

  /** Whether it is too late to wait. */
  boolean isNear() {
    return ledger.head().time() >= at - reserve;
  }

  void requireNotPassed() throws GaveUp {
    long now = ledger.head().time();
    if (now > at) {
      throw new GaveUp("the mediation deadline was " + at + ", it is " + now);
    }
  }
}
