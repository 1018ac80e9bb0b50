package modicum.directory.uptime;

import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;

/**
 * Where a chain of beats begins. A directory has one chain; it begins another one, which says so,
 * when its record was damaged.
 *
 * @param began seconds since 1970
 * @param period between two beats, seconds
 * @param after the chain that ended or broke before this one
 */
public record UptimeChain(Address directory, long began, long period, Optional<Break> after) {
  /** Beats further apart vouch for nothing, seconds. */
  public static final long LONGEST_PERIOD = 60;

  /** The last beat of a chain that could still be read, 0 for none. */
  public record Break(Bytes32 chain, long number, Bytes32 hash) {}

  public UptimeChain {
    if (began < 0 || began > Beat.LATEST) {
      throw new IllegalArgumentException("a chain does not begin at " + began);
    }
    if (period < 1 || period > LONGEST_PERIOD) {
      throw new IllegalArgumentException(
          "beats are 1 to " + LONGEST_PERIOD + " seconds apart, got " + period);
    }
  }

  /** What the first beat is hashed with. */
  public Bytes32 id() {
    String before =
        after
            .map(b -> b.chain().toHex() + " " + b.number() + " " + b.hash().toHex())
            .orElse("none");
    return Keccak256.hashUtf8(
        "modicum uptime chain 1\n%s\n%d %d\n%s\n".formatted(directory, began, period, before));
  }
}
