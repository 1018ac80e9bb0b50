package modicum.mediator;

import modicum.protocol.match.RejectReason;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * What a mediator is asked about, and what it finds before it runs anything.
 *
 * @param status that the provider claims
 * @param usage that the provider claims, at most the job's limits
 * @param reason why the job creator rejects the result
 */
public record Dispute(
    ResultStatus status, Usage usage, RejectReason reason, Uptime directory, Search result) {

  /** What is known of the directory while it mattered. */
  public enum Uptime {
    UP_ALL_THE_TIME,
    /** By its own record. */
    DOWN_AT_TIMES,
    /** By the mediator's own probes, whatever its record says. */
    SEEN_DOWN,
    /** Its record contradicts what it signed before, or proves nothing: its word is worthless. */
    DISPROVED,
    /** Whether it was up made no difference to the dispute, so nobody asked. */
    NOT_ASKED,
    /** It does not answer, not even until the mediation deadline. */
    SILENT;

    /** Whether the directory is to blame for not having been there. */
    boolean isDown() {
      return this == DOWN_AT_TIMES || this == SEEN_DOWN || this == DISPROVED;
    }
  }

  /** Whether the claimed result is where its provider said, and is what was posted. */
  public enum Search {
    FOUND,
    NOT_FOUND,
    /** What was posted can be judged without it. */
    NOT_NEEDED
  }

  public static Dispute of(
      Result claim, RejectReason reason, Usage pricedLimits, Uptime directory, Search result) {
    return new Dispute(
        claim.status(), claim.usage().atMost(pricedLimits), reason, directory, result);
  }
}
