package modicum.ledger.memory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureRecovery;
import modicum.protocol.identity.Signer;

/**
 * A signer without a key, for the in-memory chain: what it signs names the account and is bound to
 * the hash, but anyone could forge it.
 */
public record InMemorySigner(Address address) implements Signer {
  /** Tells who signed with an in-memory signer. */
  public static final SignatureRecovery RECOVERY = InMemorySigner::recover;

  private static final byte[] TAG = "in-memory".getBytes(StandardCharsets.UTF_8);

  /** An account that has this name; the same name is the same account. */
  public static InMemorySigner named(String name) {
    byte[] hash = Keccak256.hashUtf8("account " + name).toArray();
    return new InMemorySigner(Address.of(Arrays.copyOfRange(hash, 12, 32)));
  }

  @Override
  public Signature sign(Bytes32 hash) {
    byte[] signature = Arrays.copyOf(proof(hash, address), Signature.KEY_SIGNATURE_SIZE);
    System.arraycopy(address.toArray(), 0, signature, Bytes32.SIZE, Address.SIZE);
    return Signature.of(signature);
  }

  private static Optional<Address> recover(Bytes32 hash, Signature signature) {
    if (!signature.isOfAKey()) {
      return Optional.empty();
    }
    byte[] bytes = signature.toArray();
    Address claimed =
        Address.of(Arrays.copyOfRange(bytes, Bytes32.SIZE, Bytes32.SIZE + Address.SIZE));
    return Optional.of(claimed).filter(a -> new InMemorySigner(a).sign(hash).equals(signature));
  }

  private static byte[] proof(Bytes32 hash, Address account) {
    return Keccak256.hash(TAG, account.toArray(), hash.toArray()).toArray();
  }
}
