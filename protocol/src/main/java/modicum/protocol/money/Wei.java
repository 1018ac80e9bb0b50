package modicum.protocol.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import modicum.protocol.encoding.Text;

/** An amount of the chain's coin, in wei; never negative. */
public record Wei(BigInteger value) implements Comparable<Wei> {
  public static final Wei ZERO = new Wei(BigInteger.ZERO);
  private static final int DECIMALS = 18;
  private static final int MAXIMUM_ETHER_DIGITS = 60;

  public Wei {
    if (value.signum() < 0) {
      throw new IllegalArgumentException("an amount is not negative, got " + value);
    }
  }

  public static Wei of(long wei) {
    return new Wei(BigInteger.valueOf(wei));
  }

  /** Reads a decimal number of wei, at most 78 digits: what a word of the contract holds. */
  public static Wei parse(String wei) {
    if (!wei.matches("[0-9]{1,78}")) {
      throw new IllegalArgumentException(
          "an amount of wei is a whole number without sign, got: " + Text.shown(wei));
    }
    return new Wei(new BigInteger(wei));
  }

  /** A whole or fractional number of ether, at most 18 decimals, below 10^60. */
  public static Wei ofEther(BigDecimal ether) {
    BigDecimal plain = ether.stripTrailingZeros();
    if (plain.scale() > DECIMALS
        || (long) plain.precision() - plain.scale() > MAXIMUM_ETHER_DIGITS) {
      throw new IllegalArgumentException(
          "an amount of ether has at most 18 decimals and is below 10^60, got "
              + Text.shown(ether.toString()));
    }
    return new Wei(plain.movePointRight(DECIMALS).toBigIntegerExact());
  }

  public Wei plus(Wei other) {
    return new Wei(value.add(other.value));
  }

  /** Throws if the other is larger: money never goes below zero. */
  public Wei minus(Wei other) {
    return new Wei(value.subtract(other.value));
  }

  /** The difference, or zero where the other is larger. */
  public Wei minusOrZero(Wei other) {
    return covers(other) ? minus(other) : ZERO;
  }

  public Wei times(long factor) {
    return new Wei(value.multiply(BigInteger.valueOf(factor)));
  }

  public Wei halfRoundedDown() {
    return new Wei(value.shiftRight(1));
  }

  public Wei atMost(Wei limit) {
    return covers(limit) ? limit : this;
  }

  public boolean covers(Wei other) {
    return value.compareTo(other.value) >= 0;
  }

  public boolean isZero() {
    return value.signum() == 0;
  }

  @Override
  public int compareTo(Wei other) {
    return value.compareTo(other.value);
  }

  /** The amount in ether, for people. */
  public String inEther() {
    return new BigDecimal(value, DECIMALS).stripTrailingZeros().toPlainString();
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
