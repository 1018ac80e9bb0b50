package modicum.protocol.result;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;

/**
 * Binds a result digest to the match and to its provider (section 6), so that nobody can post
 * another's result without having it.
 */
public final class ResultCommitment {
  private ResultCommitment() {}

  /**
   * @param resultDigest the SHA-256 of the result's {@link Manifest} in its canonical form
   */
  public static Bytes32 of(MatchId match, Address resourceProvider, Bytes32 resultDigest) {
    return Keccak256.hash(
        match.value().toArray(), resourceProvider.toArray(), resultDigest.toArray());
  }
}
