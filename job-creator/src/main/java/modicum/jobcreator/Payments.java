package modicum.jobcreator;

import java.util.ArrayList;
import java.util.List;
import modicum.protocol.identity.Address;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Terms;
import modicum.protocol.money.Pricing;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;

/**
 * Who gained and who lost what by a closed match, both match incentives included. Sums to zero but
 * for what the chain was paid.
 *
 * @param lines job creator first
 */
public record Payments(List<Line> lines) {
  /**
   * @param role in words
   * @param gained wei; zero where the party lost
   * @param lost wei
   */
  public record Line(String role, Address account, Wei gained, Wei lost) {}

  /**
   * @param fees what the job creator paid to the chain, wei
   */
  public static Payments of(Match match, MatchState.Closed closed, Pricing pricing, Wei fees) {
    Terms terms = match.terms();
    Settlement settlement = closed.settlement();
    Wei locked = pricing.locked(terms);
    Wei ownIncentive = match.jobOffer().matchIncentive();
    Wei theirIncentive = match.resourceIncentive();
    List<Line> lines = new ArrayList<>();
    lines.add(
        line(
            "job creator",
            terms.jobCreator(),
            settlement.jobCreator(),
            locked.plus(ownIncentive).plus(fees)));
    lines.add(
        line(
            "resource provider",
            terms.resourceProvider(),
            settlement.resourceProvider(),
            locked.plus(theirIncentive)));
    lines.add(line("mediator", terms.mediator(), settlement.mediator(), Wei.ZERO));
    lines.add(line("directory", terms.directory(), settlement.directory(), Wei.ZERO));
    lines.add(line("solver", match.solver(), ownIncentive.plus(theirIncentive), Wei.ZERO));
    if (!settlement.sink().isZero()) {
      lines.add(
          line("penalty sink", pricing.parameters().penaltySink(), settlement.sink(), Wei.ZERO));
    }
    return new Payments(List.copyOf(lines));
  }

  private static Line line(String role, Address account, Wei received, Wei given) {
    return new Line(role, account, received.minusOrZero(given), given.minusOrZero(received));
  }
}
