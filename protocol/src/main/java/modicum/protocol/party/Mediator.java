package modicum.protocol.party;

import modicum.protocol.identity.Architecture;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Amounts;

/**
 * What a mediator registered.
 *
 * @param prices for each of its n runs
 * @param availabilityValue wei that each side of a match pays it for being there
 */
public record Mediator(Architecture architecture, Prices prices, Wei availabilityValue) {
  public Mediator {
    Amounts.require96("availability value", availabilityValue);
  }
}
