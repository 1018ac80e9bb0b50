package modicum.protocol.offer;

/** The range of block times: the contract keeps them in 40 bits, seconds since 1970. */
public final class BlockTime {
  public static final long MAXIMUM = (1L << 40) - 1;

  private BlockTime() {}

  static void require(String name, long value) {
    if (value < 0 || value > MAXIMUM) {
      throw new IllegalArgumentException(
          name + " is in seconds since 1970, between 0 and 2^40 - 1, got " + value);
    }
  }
}
