package modicum.protocol.identity;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A signature as the contract takes it: of a key, r, s, v, {@value #KEY_SIGNATURE_SIZE} bytes; or
 * whatever a contract's account takes as valid (ERC-1271); or the absence of one.
 */
public final class Signature {
  public static final int KEY_SIGNATURE_SIZE = 65;

  /** Bytes: wallets of many owners need some, and nobody is to send us books. */
  public static final int MAXIMUM_SIZE = 4096;

  public static final Signature NONE = new Signature(new byte[0]);

  private final byte[] bytes;

  private Signature(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Signature of(byte[] bytes) {
    if (bytes.length > MAXIMUM_SIZE) {
      throw new IllegalArgumentException(
          "a signature has at most " + MAXIMUM_SIZE + " bytes, got " + bytes.length);
    }
    return new Signature(bytes.clone());
  }

  public static Signature fromHex(String hex) {
    return of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  /** Whether it has the size of a key's signature; otherwise only a contract can tell. */
  public boolean isOfAKey() {
    return bytes.length == KEY_SIGNATURE_SIZE;
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
