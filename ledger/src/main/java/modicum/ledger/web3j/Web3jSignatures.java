package modicum.ledger.web3j;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureRecovery;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/** Tells who signed, by the same rules as the contract: low s, v of 27 or 28. */
public final class Web3jSignatures implements SignatureRecovery {
  private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();
  private static final BigInteger HIGHEST_LOW_S = ORDER.shiftRight(1);
  private static final int FIRST_V = 27;

  @Override
  public Optional<Address> recover(Bytes32 hash, Signature signature) {
    if (!signature.isOfAKey()) {
      return Optional.empty();
    }
    byte[] bytes = signature.toArray();
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(bytes, 0, Bytes32.SIZE));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(bytes, Bytes32.SIZE, 2 * Bytes32.SIZE));
    int recovery = Byte.toUnsignedInt(bytes[2 * Bytes32.SIZE]) - FIRST_V;
    if (!isInRange(r, ORDER.subtract(BigInteger.ONE))
        || !isInRange(s, HIGHEST_LOW_S)
        || (recovery != 0 && recovery != 1)) {
      return Optional.empty();
    }
    return recover(hash, new ECDSASignature(r, s), recovery);
  }

  private static Optional<Address> recover(Bytes32 hash, ECDSASignature signature, int recovery) {
    try {
      // Null where r is the x coordinate of no point on the curve.
      return Optional.ofNullable(Sign.recoverFromSignature(recovery, signature, hash.toArray()))
          .map(key -> Address.fromHex(Keys.getAddress(key)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isInRange(BigInteger value, BigInteger highest) {
    return value.signum() > 0 && value.compareTo(highest) <= 0;
  }
}
