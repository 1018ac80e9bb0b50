package modicum.protocol.money;

import java.math.BigDecimal;
import java.math.BigInteger;

/** An amount of the chain's coin, in wei; never negative. */
public record Wei(BigInteger value) implements Comparable<Wei> {
  public static final Wei ZERO = new Wei(BigInteger.ZERO);
  private static final int DECIMALS = 18;

  public Wei {
    if (value.signum() < 0) {
      throw new IllegalArgumentException("an amount is not negative, got " + value);
    }
  }

  public static Wei of(long wei) {
    return new Wei(BigInteger.valueOf(wei));
  }

  /** Reads a decimal number of wei. */
  public static Wei parse(String wei) {
    return new Wei(new BigInteger(wei));
  }

  /** A whole or fractional number of ether, at most 18 decimals. */
  public static Wei ofEther(BigDecimal ether) {
    return new Wei(ether.movePointRight(DECIMALS).toBigIntegerExact());
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
