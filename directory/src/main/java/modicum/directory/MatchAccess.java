package modicum.directory;

import java.util.Optional;
import java.util.OptionalLong;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * A match, as far as it decides who may read what.
 *
 * @param jobDigest SHA-256 of the job spec, in the job creator's name space
 * @param resultPosted whether the ledger has a result of the provider
 * @param closedAt block time of its closing, for closed ones only, seconds since 1970
 * @param evidence SHA-256 of the evidence that a posted verdict names, in the mediator's name space
 */
public record MatchAccess(
    MatchId matchId,
    Address jobCreator,
    Address resourceProvider,
    Address mediator,
    Bytes32 jobDigest,
    Stage stage,
    boolean resultPosted,
    OptionalLong closedAt,
    Optional<Bytes32> evidence) {

  /** Where the match stands (section 6). */
  public enum Stage {
    AWAITING_RESULT,
    AWAITING_REACTION,
    IN_MEDIATION,
    CLOSED
  }

  public MatchAccess {
    if (closedAt.isPresent() != (stage == Stage.CLOSED)) {
      throw new IllegalArgumentException("closed matches, and only they, have a closing time");
    }
    if (resultPosted == (stage == Stage.AWAITING_RESULT) && stage != Stage.CLOSED) {
      throw new IllegalArgumentException(
          "a match in " + stage + " with resultPosted " + resultPosted);
    }
  }
}
