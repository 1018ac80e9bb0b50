package modicum.protocol.offer;

import modicum.protocol.money.Wei;

/** The range of the amounts that stand in offers and registrations. */
public final class Amounts {
  private static final int BITS = 96;

  private Amounts() {}

  public static void require96(String name, Wei amount) {
    if (amount.value().bitLength() > BITS) {
      throw new IllegalArgumentException(name + " is below 2^96 wei, got " + amount);
    }
  }
}
