package modicum.protocol.identity;

import java.util.Arrays;
import java.util.HexFormat;

/** An ECDSA signature as the contract takes it: r, s, v, 65 bytes; or the absence of one. */
public final class Signature {
  public static final int SIZE = 65;
  public static final Signature NONE = new Signature(new byte[0]);

  private final byte[] bytes;

  private Signature(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Signature of(byte[] bytes) {
    if (bytes.length != SIZE && bytes.length != 0) {
      throw new IllegalArgumentException("a signature has 65 bytes, got " + bytes.length);
    }
    return new Signature(bytes.clone());
  }

  public static Signature fromHex(String hex) {
    return of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  public boolean isNone() {
    return bytes.length == 0;
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(bytes);
  }
}
