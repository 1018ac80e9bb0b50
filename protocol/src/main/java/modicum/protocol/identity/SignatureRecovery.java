package modicum.protocol.identity;

import java.util.Optional;
import modicum.protocol.encoding.Bytes32;

/** Tells who signed. */
public interface SignatureRecovery {
  /**
   * The account whose key made this signature over this hash; empty where it is not a valid low-s
   * signature.
   */
  Optional<Address> recover(Bytes32 hash, Signature signature);
}
