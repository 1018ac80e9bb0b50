package modicum.protocol.offer;

/** The range of every counted quantity: the contract keeps them in 56 bits. */
public final class Quantity {
  public static final long MAXIMUM = (1L << 56) - 1;

  private Quantity() {}

  public static long requireQuantity(String name, long value) {
    if (value < 0 || value > MAXIMUM) {
      throw new IllegalArgumentException(name + " is between 0 and 2^56 - 1, got " + value);
    }
    return value;
  }
}
