package modicum.protocol.content;

import static modicum.protocol.offer.Quantity.requireQuantity;

import modicum.protocol.encoding.Bytes32;

/**
 * Names content: its SHA-256 and its size, which belong together, since a reader must know when to
 * stop before it can know whether the hash is right.
 *
 * @param size bytes
 */
public record Digest(Bytes32 sha256, long size) implements Comparable<Digest> {
  public Digest {
    requireQuantity("size", size);
  }

  /** Reads {@code sha256:<64 hexadecimal digits>/<size>}. */
  public static Digest parse(String text) {
    int slash = text.indexOf('/');
    if (!text.startsWith("sha256:") || slash < 0) {
      throw new IllegalArgumentException("a digest is sha256:<hex>/<size>, got: " + text);
    }
    return new Digest(
        Bytes32.fromHex(text.substring("sha256:".length(), slash)),
        Long.parseLong(text.substring(slash + 1)));
  }

  @Override
  public int compareTo(Digest other) {
    int bySha = sha256.compareTo(other.sha256);
    return bySha != 0 ? bySha : Long.compare(size, other.size);
  }

  @Override
  public String toString() {
    return "sha256:" + sha256.toHex() + "/" + size;
  }
}
