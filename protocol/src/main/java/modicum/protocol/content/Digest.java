package modicum.protocol.content;

import static modicum.protocol.offer.Quantity.requireQuantity;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Text;

/**
 * Names content: its SHA-256 and its size, which belong together, since a reader must know when to
 * stop before it can know whether the hash is right.
 *
 * @param size bytes
 */
public record Digest(Bytes32 sha256, long size) implements Comparable<Digest> {
  private static final Pattern FORM = Pattern.compile("sha256:([0-9a-f]{64})/(0|[1-9][0-9]{0,17})");

  public Digest {
    requireQuantity("size", size);
  }

  /** Reads {@code sha256:<64 hexadecimal digits>/<size>}, as {@link #toString} writes it. */
  public static Digest parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "a digest is sha256:<64 hexadecimal digits>/<size>, got: " + Text.shown(text));
    }
    return new Digest(Bytes32.fromHex(parts.group(1)), Long.parseLong(parts.group(2)));
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
