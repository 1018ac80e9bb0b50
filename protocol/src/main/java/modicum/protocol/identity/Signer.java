package modicum.protocol.identity;

import modicum.protocol.encoding.Bytes32;

/** Holds one account's key and signs with it. */
public interface Signer {
  Address address();

  /** Signs a 32-byte hash as it is (an EIP-712 digest, or the hash of a message). */
  Signature sign(Bytes32 hash);
}
