package modicum.ledger.orders;

import java.util.List;

/**
 * What a solver says of a job offer.
 *
 * @param reasons sentences for people: why the offer still waits, or why it was dropped. They are
 *     another party's words.
 */
public record JobOfferStatus(Place place, List<String> reasons) {
  /** Where the offer stands with the solver. */
  public enum Place {
    /** Live, and nothing fits it yet. */
    WAITING,
    /** The solver is posting a match. */
    MATCHING,
    /** The chain shows a match, whoever posted it. */
    MATCHED,
    /** It can no longer be matched: cancelled or expired. */
    DROPPED
  }

  public JobOfferStatus {
    reasons = List.copyOf(reasons);
  }
}
