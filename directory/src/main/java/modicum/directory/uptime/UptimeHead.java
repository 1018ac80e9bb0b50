package modicum.directory.uptime;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.identity.Signer;

/**
 * A beat with the directory's signature under it and, by its hash, under all beats before it. It is
 * the only thing that a directory signs of its availability: who keeps one can tell later whether
 * the directory still stands by it.
 *
 * @param previous hash of the beat before; of the first one, the chain's id
 */
public record UptimeHead(UptimeChain chain, Beat beat, Bytes32 previous, Signature signature) {

  public UptimeHead {
    if (beat.number() == 1 && !previous.equals(chain.id())) {
      throw new IllegalArgumentException("the first beat follows another chain's beginning");
    }
  }

  public static UptimeHead signed(
      Signer directory, UptimeChain chain, Beat beat, Bytes32 previous) {
    Bytes32 statement = statement(chain, beat, beat.hash(previous));
    return new UptimeHead(chain, beat, previous, directory.sign(statement));
  }

  public Address directory() {
    return chain.directory();
  }

  /** The chain's hash with this beat. */
  public Bytes32 hash() {
    return beat.hash(previous);
  }

  /** What the directory signs. */
  public Bytes32 statement() {
    return statement(chain, beat, hash());
  }

  /** Whether the directory that it names has signed it. */
  public boolean isSigned(SignatureCheck signatures) {
    return signatures.isSignedBy(directory(), statement(), signature);
  }

  private static Bytes32 statement(UptimeChain chain, Beat beat, Bytes32 hash) {
    return Keccak256.hashUtf8(
        "modicum uptime head 1\n%s\n%s\n%d %s\n"
            .formatted(chain.directory(), chain.id().toHex(), beat.number(), hash.toHex()));
  }
}
