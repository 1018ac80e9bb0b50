package modicum.directory.uptime;

import java.util.Optional;
import modicum.directory.SeenBlock;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;

/**
 * A directory's note that it was available. Each beat is hashed with the one before it, so that
 * none can be changed, put in or left out later without changing all that come after it.
 *
 * @param number in its chain, from 1
 * @param time seconds since 1970, by the directory's clock
 * @param block of the ledger, seen before: the beat was not made before that block was. Not every
 *     beat names one
 */
public record Beat(long number, long time, Optional<SeenBlock> block) {
  /** So that a sum of times never overflows. */
  static final long LATEST = 999_999_999_999L;

  public Beat {
    if (number < 1 || number > LATEST || time < 0 || time > LATEST) {
      throw new IllegalArgumentException("there is no beat " + number + " at " + time);
    }
  }

  /**
   * The chain's hash with this beat.
   *
   * @param previous hash of the beat before it; of the first one, the chain's id
   */
  Bytes32 hash(Bytes32 previous) {
    return Keccak256.hashUtf8(
        "modicum uptime beat 1\n%s\n%d %d %s\n"
            .formatted(
                previous.toHex(),
                number,
                time,
                block.map(b -> b.number() + " " + b.hash().toHex()).orElse("-")));
  }
}
