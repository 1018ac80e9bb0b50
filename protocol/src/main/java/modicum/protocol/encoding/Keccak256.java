package modicum.protocol.encoding;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** The contract's hash. (The JDK's SHA3-256 pads differently, hence the library.) */
public final class Keccak256 {
  private Keccak256() {}

  public static Bytes32 hash(byte[]... parts) {
    KeccakDigest keccak = new KeccakDigest(256);
    for (byte[] part : parts) {
      keccak.update(part, 0, part.length);
    }
    byte[] out = new byte[Bytes32.SIZE];
    keccak.doFinal(out, 0);
    return Bytes32.of(out);
  }

  public static Bytes32 hashUtf8(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }
}
