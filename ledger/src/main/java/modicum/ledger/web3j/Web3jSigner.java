package modicum.ledger.web3j;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Signer;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/** A signer that holds its private key in memory. */
public final class Web3jSigner implements Signer {
  private final Credentials credentials;
  private final Address address;

  Web3jSigner(Credentials credentials) {
    this.credentials = credentials;
    this.address = Address.fromHex(credentials.getAddress());
  }

  /** An account with this key. */
  public static Web3jSigner fromPrivateKey(Bytes32 key) {
    BigInteger number = new BigInteger(1, key.toArray());
    if (number.signum() == 0 || number.compareTo(Sign.CURVE_PARAMS.getN()) >= 0) {
      throw new IllegalArgumentException("not a private key of the curve secp256k1");
    }
    return new Web3jSigner(Credentials.create(ECKeyPair.create(number)));
  }

  /** A new account, with a key from the system's cryptographic generator. */
  public static Web3jSigner generate() {
    try {
      return new Web3jSigner(Credentials.create(Keys.createEcKeyPair()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no secp256k1", e);
    }
  }

  @Override
  public Address address() {
    return address;
  }

  /** A low-s signature, v is 27 or 28. */
  @Override
  public Signature sign(Bytes32 hash) {
    Sign.SignatureData data = Sign.signMessage(hash.toArray(), credentials.getEcKeyPair(), false);
    byte[] bytes = Arrays.copyOf(data.getR(), Signature.KEY_SIGNATURE_SIZE);
    System.arraycopy(data.getS(), 0, bytes, Bytes32.SIZE, Bytes32.SIZE);
    bytes[2 * Bytes32.SIZE] = data.getV()[0];
    return Signature.of(bytes);
  }

  Credentials credentials() {
    return credentials;
  }

  /** The address only: a key must not get into a log. */
  @Override
  public String toString() {
    return "signer " + address;
  }
}
