package modicum.directory.encryption;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import modicum.directory.access.StoredReach;
import modicum.protocol.content.Manifest;

/**
 * What an encrypted folder's index says: the manifest of the plain folder, and the key of each
 * distinct content of it, in the order in which the manifest first names them.
 *
 * <p>Lines: a header, one key each, and then the manifest in its canonical form.
 */
record Index(Manifest plain, List<AgeKey> keys) {
  /** Its name in the encrypted folder. Contents are called by their numbers, from 0. */
  static final String NAME = "index";

  /** Everything in an encrypted folder has this mode: the real ones are in the manifest. */
  static final int MODE = 0600;

  /** A key takes less than the manifest's line that needs it. */
  static final int MAXIMUM_SIZE = 2 * StoredReach.MAXIMUM_MANIFEST_SIZE;

  private static final String HEADER = "modicum encrypted folder 1\n";

  /** {@code AGE-SECRET-KEY-1}, 58 letters and digits, and the end of the line. */
  private static final int KEY_LINE = 75;

  Index {
    keys = List.copyOf(keys);
    if (keys.size() != plain.contents().size()) {
      throw new IllegalArgumentException(
          "an index with %d keys for %d contents".formatted(keys.size(), plain.contents().size()));
    }
  }

  static long sizeOf(Manifest plain) {
    return HEADER.length() + (long) KEY_LINE * plain.contents().size() + plain.canonical().length;
  }

  byte[] toBytes() {
    StringBuilder text = new StringBuilder(HEADER);
    keys.forEach(key -> text.append(key.secret()).append('\n'));
    text.append(new String(plain.canonical(), StandardCharsets.UTF_8));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException it is none; the message repeats no key
   */
  static Index parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!text.startsWith(HEADER)) {
      throw new IllegalArgumentException("not an index");
    }
    List<AgeKey> keys = new ArrayList<>();
    int at = HEADER.length();
    while (text.startsWith("AGE-", at) && text.length() >= at + KEY_LINE) {
      keys.add(AgeKey.listed(text.substring(at, at + KEY_LINE - 1)));
      at += KEY_LINE;
    }
    Index index =
        new Index(Manifest.parse(text.substring(at).getBytes(StandardCharsets.UTF_8)), keys);
    if (!Arrays.equals(index.toBytes(), bytes)) {
      throw new IllegalArgumentException("an index that is not in its one form");
    }
    return index;
  }
}
