package modicum.protocol.identity;

import modicum.protocol.encoding.Bytes32;

/** Tells whether an account signed. */
public interface SignatureCheck {
  /**
   * Whether the signature is one of the account over this hash: by the account's key, or, where the
   * account is a contract, because it says so (ERC-1271).
   */
  boolean isSignedBy(Address account, Bytes32 hash, Signature signature);
}
