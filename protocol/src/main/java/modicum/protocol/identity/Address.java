package modicum.protocol.identity;

import java.util.Arrays;
import java.util.HexFormat;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Text;

/** The account of a party on the chain: twenty bytes. */
public final class Address implements Comparable<Address> {
  public static final int SIZE = 20;

  /** Nobody's account: the contract's "no address". */
  public static final Address ZERO = new Address(new byte[SIZE]);

  private final byte[] bytes;

  private Address(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Address of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException("an address has 20 bytes, got " + bytes.length);
    }
    return new Address(bytes.clone());
  }

  /** Reads 40 hexadecimal digits, with or without a leading 0x, in any case. */
  public static Address fromHex(String hex) {
    String digits = hex.startsWith("0x") || hex.startsWith("0X") ? hex.substring(2) : hex;
    if (digits.length() != 2 * SIZE || !digits.matches("[0-9a-fA-F]+")) {
      throw new IllegalArgumentException(
          "an address is 0x and 40 hexadecimal digits, got: " + Text.shown(hex));
    }
    return new Address(HexFormat.of().parseHex(digits));
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  /** The address as a word of the contract: left-padded with zeros. */
  public Bytes32 toWord() {
    byte[] word = new byte[Bytes32.SIZE];
    System.arraycopy(bytes, 0, word, Bytes32.SIZE - SIZE, SIZE);
    return Bytes32.of(word);
  }

  @Override
  public int compareTo(Address other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** 0x and 40 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(bytes);
  }
}
