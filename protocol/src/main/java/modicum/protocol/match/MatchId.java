package modicum.protocol.match;

import modicum.protocol.encoding.Bytes32;

/** Names a match: the hash of its job offer, since a job offer is matched at most once. */
public record MatchId(Bytes32 value) implements Comparable<MatchId> {
  public static MatchId fromHex(String hex) {
    return new MatchId(Bytes32.fromHex(hex));
  }

  public String toHex() {
    return value.toHex();
  }

  @Override
  public int compareTo(MatchId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
