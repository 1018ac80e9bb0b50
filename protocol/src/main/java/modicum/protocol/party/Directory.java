package modicum.protocol.party;

import modicum.protocol.money.Wei;
import modicum.protocol.offer.Amounts;

/**
 * What a directory registered.
 *
 * @param availabilityValue wei that each side of a match pays it for being there
 * @param endpoint where it is reached; an unverified text from another party
 */
public record Directory(Wei availabilityValue, String endpoint) {
  public Directory {
    Amounts.require96("availability value", availabilityValue);
  }
}
