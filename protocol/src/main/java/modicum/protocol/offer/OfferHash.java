package modicum.protocol.offer;

import modicum.protocol.encoding.Bytes32;
import modicum.protocol.match.MatchId;

/** The EIP-712 digest of an offer, which is its identity on one contract of one chain. */
public record OfferHash(Bytes32 value) {
  public static OfferHash fromHex(String hex) {
    return new OfferHash(Bytes32.fromHex(hex));
  }

  /** The match that is made of a job offer has the offer's name. */
  public MatchId asMatchId() {
    return new MatchId(value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
