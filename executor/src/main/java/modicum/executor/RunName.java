package modicum.executor;

import modicum.protocol.match.MatchId;

/**
 * Names one run of a job: the party that runs it, the match, and which of its runs this is.
 *
 * @param owner short lower-case name of who runs it, unique on this engine (a role and the first
 *     digits of its account)
 * @param attempt 0 for a provider's run; 0 to n - 1 for a mediator's
 */
public record RunName(String owner, MatchId match, int attempt) {
  public RunName {
    if (!owner.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("not a run owner: " + owner);
    }
    if (attempt < 0) {
      throw new IllegalArgumentException("attempts count from 0, got " + attempt);
    }
  }

  /** The name of the container: the same for the same run, whoever asks. */
  public String containerName() {
    return "modicum-" + owner + "-" + match.toHex().substring(0, 32) + "-" + attempt;
  }
}
