package modicum.directory.encryption;

import java.nio.charset.StandardCharsets;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.AgeRecipient;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;

/**
 * What a party of a match leaves for another to be given the job's key: to whom it is to be
 * encrypted, signed with the party's account, so that nobody can put itself between.
 *
 * @param recipient of a key that the party made for this match alone
 */
public record KeyCard(MatchId match, Address owner, AgeRecipient recipient, Signature signature) {
  private static final String HEADER = "modicum key card 1";

  /** A card has so many lines. */
  static final int LINES = 5;

  public static KeyCard signed(Signer owner, MatchId match, AgeRecipient recipient) {
    return new KeyCard(
        match, owner.address(), recipient, owner.sign(hash(match, owner.address(), recipient)));
  }

  /** Whether that party of that match made it. */
  public boolean isOf(MatchId wanted, Address party, SignatureCheck signatures) {
    return match.equals(wanted)
        && owner.equals(party)
        && signatures.isSignedBy(party, hash(match, owner, recipient), signature);
  }

  private static Bytes32 hash(MatchId match, Address owner, AgeRecipient recipient) {
    return Keccak256.hashUtf8(claim(match, owner, recipient));
  }

  private static String claim(MatchId match, Address owner, AgeRecipient recipient) {
    return HEADER + "\n" + match.toHex() + "\n" + owner + "\n" + recipient + "\n";
  }

  String text() {
    return claim(match, owner, recipient) + signature + "\n";
  }

  public byte[] toBytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException it is none
   */
  public static KeyCard parse(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    if (lines.length != LINES + 1 || !lines[0].equals(HEADER) || !lines[LINES].isEmpty()) {
      throw new IllegalArgumentException("not a key card");
    }
    KeyCard card =
        new KeyCard(
            MatchId.fromHex(lines[1]),
            Address.fromHex(lines[2]),
            new AgeRecipient(lines[3]),
            Signature.fromHex(lines[4]));
    if (!card.text().equals(new String(bytes, StandardCharsets.UTF_8))) {
      throw new IllegalArgumentException("a key card that is not in its one form");
    }
    return card;
  }
}
