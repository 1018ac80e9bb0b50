package modicum.directory;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureRecovery;
import modicum.protocol.identity.Signer;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/** Ethereum keys for tests: real secp256k1 signatures, keys anyone can guess. */
public final class TestKeys {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final BigInteger N = CURVE.getN();

  private TestKeys() {}

  public static final SignatureRecovery RECOVERY = TestKeys::recover;

  /** The key whose secret is this name's hash. */
  public static Signer of(String name) {
    BigInteger secret = new BigInteger(1, Keccak256.hashUtf8(name).toArray()).mod(N);
    Address address = addressOf(CURVE.getG().multiply(secret));
    return new Signer() {
      @Override
      public Address address() {
        return address;
      }

      @Override
      public Signature sign(Bytes32 hash) {
        return TestKeys.sign(hash, secret, address);
      }
    };
  }

  public static Address addressOf(String name) {
    return of(name).address();
  }

  private static Signature sign(Bytes32 hash, BigInteger secret, Address signer) {
    ECDSASigner ecdsa = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    ECDomainParameters domain = new ECDomainParameters(CURVE);
    ecdsa.init(true, new ECPrivateKeyParameters(secret, domain));
    BigInteger[] rs = ecdsa.generateSignature(hash.toArray());
    BigInteger s = rs[1].compareTo(N.shiftRight(1)) > 0 ? N.subtract(rs[1]) : rs[1];
    for (int v = 27; v <= 28; v++) {
      Signature signature = encode(rs[0], s, v);
      if (recover(hash, signature).filter(signer::equals).isPresent()) {
        return signature;
      }
    }
    throw new AssertionError("one of the two points is the key's");
  }

  private static Signature encode(BigInteger r, BigInteger s, int v) {
    byte[] bytes = new byte[Signature.KEY_SIGNATURE_SIZE];
    byte[] rBytes = padded(r);
    System.arraycopy(rBytes, 0, bytes, 0, 32);
    System.arraycopy(padded(s), 0, bytes, 32, 32);
    bytes[64] = (byte) v;
    return Signature.of(bytes);
  }

  private static byte[] padded(BigInteger value) {
    byte[] raw = value.toByteArray();
    byte[] out = new byte[32];
    int length = Math.min(32, raw.length);
    System.arraycopy(raw, raw.length - length, out, 32 - length, length);
    return out;
  }

  private static Optional<Address> recover(Bytes32 hash, Signature signature) {
    if (signature.isNone()) {
      return Optional.empty();
    }
    byte[] bytes = signature.toArray();
    BigInteger r = new BigInteger(1, Arrays.copyOf(bytes, 32));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
    if (r.signum() == 0 || s.signum() == 0 || s.compareTo(N.shiftRight(1)) > 0) {
      return Optional.empty();
    }
    byte[] point = new byte[33];
    point[0] = (byte) (bytes[64] - 27 + 2);
    System.arraycopy(bytes, 0, point, 1, 32);
    try {
      ECPoint nonce = CURVE.getCurve().decodePoint(point);
      BigInteger e = new BigInteger(1, hash.toArray());
      BigInteger inverse = r.modInverse(N);
      ECPoint key =
          ECAlgorithms.sumOfTwoMultiplies(
              CURVE.getG(),
              N.subtract(e.multiply(inverse).mod(N)),
              nonce,
              s.multiply(inverse).mod(N));
      return Optional.of(addressOf(key));
    } catch (IllegalArgumentException notOnTheCurve) {
      return Optional.empty();
    }
  }

  private static Address addressOf(ECPoint key) {
    byte[] encoded = key.normalize().getEncoded(false);
    byte[] hash = Keccak256.hash(Arrays.copyOfRange(encoded, 1, 65)).toArray();
    return Address.of(Arrays.copyOfRange(hash, 12, 32));
  }
}
