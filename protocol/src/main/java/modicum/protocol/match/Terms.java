package modicum.protocol.match;

import modicum.protocol.identity.Address;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.result.Usage;

/**
 * Everything about a match that its settlement needs, fixed when it is made.
 *
 * @param completionDeadline last block time at which a result is taken
 * @param pricedLimits the job's limits of the priced resources
 * @param prices the resource offer's
 * @param mediatorPrices for each of the mediator's runs
 * @param mediatorAvailability wei from each side
 * @param directoryAvailability wei from each side
 * @param estimate pi_hat: the job's limits at the job creator's highest prices, wei
 */
public record Terms(
    Address jobCreator,
    Address resourceProvider,
    Address mediator,
    Address directory,
    long completionDeadline,
    Usage pricedLimits,
    Prices prices,
    Prices mediatorPrices,
    Wei mediatorAvailability,
    Wei directoryAvailability,
    Wei estimate) {
  /** What each side pays mediator and directory for being there, wei. */
  public Wei availability() {
    return mediatorAvailability.plus(directoryAvailability);
  }
}
