package modicum.protocol.money;

import java.util.Optional;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.Terms;
import modicum.protocol.result.Result;
import modicum.protocol.result.Usage;

/**
 * The money rules of section 5: deposits, prices, and one settlement for each way a match closes.
 * Every settlement sums to exactly what both sides had locked.
 */
public record Pricing(MarketParameters parameters) {
  /**
   * What each side still has locked after the solver was paid: {@code pi_hat * (theta + n)} and the
   * availability of mediator and directory, wei.
   */
  public Wei locked(Wei estimate, Wei availability) {
    return estimate
        .times((long) parameters.penaltyRate() + parameters.verificationCount())
        .plus(availability);
  }

  public Wei locked(Terms terms) {
    return locked(terms.estimate(), terms.availability());
  }

  /** d: what a side must have free for a match, its own match incentive included (3.2), wei. */
  public Wei deposit(Wei estimate, Wei availability, Wei matchIncentive) {
    return locked(estimate, availability).plus(matchIncentive);
  }

  /** pi_c: the claimed usage, capped at the job's limits, at the resource offer's prices (3.1). */
  public Wei cost(Terms terms, Result result) {
    if (result.status().isFree()) {
      return Wei.ZERO;
    }
    return terms.prices().priceOf(result.usage().atMost(terms.pricedLimits()));
  }

  /** pi_m: n runs at the mediator's prices, at most n times the estimate. */
  public Wei mediationCost(Terms terms, Usage usageOfOneRun) {
    int n = parameters.verificationCount();
    return terms.mediatorPrices().priceOf(usageOfOneRun).times(n).atMost(terms.estimate().times(n));
  }

  /** Accepted, by word or by silence. */
  public Settlement accepted(Terms terms, Result result) {
    Wei cost = cost(terms, result);
    Wei stake = stake(terms);
    return new Settlement(
        stake.minus(cost),
        stake.plus(cost),
        twice(terms.mediatorAvailability()),
        twice(terms.directoryAvailability()),
        Wei.ZERO);
  }

  public Settlement resultOverdue(Terms terms) {
    Wei stake = stake(terms);
    return new Settlement(
        stake.plus(terms.estimate()),
        stake.minus(terms.estimate()),
        twice(terms.mediatorAvailability()),
        twice(terms.directoryAvailability()),
        Wei.ZERO);
  }

  public Settlement mediated(
      Terms terms, Result result, FaultyParty faultyParty, Usage mediatorUsage) {
    return switch (faultyParty) {
      case RESOURCE_PROVIDER -> {
        Fine fine = fine(terms, result, mediatorUsage);
        yield new Settlement(fine.toVictim, Wei.ZERO, fine.toMediator, fine.toDirectory, fine.sunk);
      }
      case JOB_CREATOR -> {
        Fine fine = fine(terms, result, mediatorUsage);
        yield new Settlement(Wei.ZERO, fine.toVictim, fine.toMediator, fine.toDirectory, fine.sunk);
      }
      case DIRECTORY -> {
        // The directory's share returns to the two sides.
        Wei each = stake(terms).plus(terms.directoryAvailability());
        yield new Settlement(each, each, twice(terms.mediatorAvailability()), Wei.ZERO, Wei.ZERO);
      }
    };
  }

  /** The silent mediator gets nothing; the sides meet half-way, the odd wei to the job creator. */
  public Settlement mediationOverdue(Terms terms) {
    Wei half = terms.estimate().halfRoundedDown();
    Wei each = stake(terms).plus(terms.mediatorAvailability());
    return new Settlement(
        each.minus(half),
        each.plus(half),
        Wei.ZERO,
        twice(terms.directoryAvailability()),
        Wei.ZERO);
  }

  /** The settlement of a match that closes without a verdict. */
  public Settlement unmediated(ClosingReason reason, Terms terms, Optional<Result> result) {
    return switch (reason) {
      case ACCEPTED, ACCEPTED_BY_SILENCE -> accepted(terms, result.orElseThrow());
      case RESULT_OVERDUE -> resultOverdue(terms);
      case MEDIATION_OVERDUE -> mediationOverdue(terms);
      case MEDIATED -> throw new IllegalArgumentException("a mediated match has a verdict");
    };
  }

  private record Fine(Wei toVictim, Wei toMediator, Wei toDirectory, Wei sunk) {}

  private Fine fine(Terms terms, Result result, Usage mediatorUsage) {
    Wei compensation = cost(terms, result);
    Wei mediation = mediationCost(terms, mediatorUsage);
    return new Fine(
        stake(terms).plus(compensation),
        mediation.plus(twice(terms.mediatorAvailability())),
        twice(terms.directoryAvailability()),
        stake(terms).minus(compensation).minus(mediation));
  }

  /** d - pi_a: what a side would get back if nothing was owed. */
  private Wei stake(Terms terms) {
    return locked(terms).minus(terms.availability());
  }

  private static Wei twice(Wei amount) {
    return amount.times(2);
  }
}
