package modicum.protocol.encoding;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import modicum.protocol.identity.Address;

/** Builds the contract's encoding of a flat list of static values: one 32-byte word each. */
public final class Words {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public Words add(Bytes32 word) {
    out.writeBytes(word.toArray());
    return this;
  }

  public Words add(long value) {
    return add(BigInteger.valueOf(value));
  }

  public Words add(BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > 256) {
      throw new IllegalArgumentException("not an unsigned 256-bit value: " + value);
    }
    byte[] magnitude = value.toByteArray();
    int skip = magnitude.length > 1 && magnitude[0] == 0 ? 1 : 0;
    int length = magnitude.length - skip;
    out.writeBytes(new byte[Bytes32.SIZE - length]);
    out.write(magnitude, skip, length);
    return this;
  }

  public Words add(Address address) {
    out.writeBytes(new byte[Bytes32.SIZE - Address.SIZE]);
    out.writeBytes(address.toArray());
    return this;
  }

  public byte[] toArray() {
    return out.toByteArray();
  }

  public Bytes32 hash() {
    return Keccak256.hash(toArray());
  }
}
