package modicum.protocol.encoding;

import java.util.Arrays;
import java.util.HexFormat;

/** Thirty-two bytes: a hash, or a word of the contract's encoding. */
public final class Bytes32 implements Comparable<Bytes32> {
  public static final int SIZE = 32;
  public static final Bytes32 ZERO = new Bytes32(new byte[SIZE]);

  private final byte[] bytes;

  private Bytes32(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Bytes32 of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException("needed 32 bytes, got " + bytes.length);
    }
    return new Bytes32(bytes.clone());
  }

  /** Reads 64 hexadecimal digits, with or without a leading 0x. */
  public static Bytes32 fromHex(String hex) {
    String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
    if (digits.length() != 2 * SIZE || !digits.matches("[0-9a-fA-F]+")) {
      throw new IllegalArgumentException("needed 64 hexadecimal digits, got: " + Text.shown(hex));
    }
    return new Bytes32(HexFormat.of().parseHex(digits));
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  /** 64 lower-case hexadecimal digits, no prefix. */
  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(Bytes32 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes32 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "0x" + toHex();
  }
}
