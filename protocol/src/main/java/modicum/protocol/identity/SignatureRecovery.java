package modicum.protocol.identity;

import java.util.Optional;
import modicum.protocol.encoding.Bytes32;

/** Tells who signed, of the accounts that have a key. */
public interface SignatureRecovery extends SignatureCheck {
  /**
   * The account whose key made this signature over this hash; empty where it is not a valid low-s
   * signature of {@link Signature#KEY_SIGNATURE_SIZE} bytes.
   */
  Optional<Address> recover(Bytes32 hash, Signature signature);

  @Override
  default boolean isSignedBy(Address account, Bytes32 hash, Signature signature) {
    return recover(hash, signature).filter(account::equals).isPresent();
  }
}
