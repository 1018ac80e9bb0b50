package modicum.directory;

import java.util.Arrays;

/**
 * A few bytes that one party of a match left for another.
 *
 * @param leftAt by the directory's clock, seconds since 1970
 */
public record Note(byte[] content, long leftAt) {
  /** No note is longer, bytes. */
  public static final int MAXIMUM_SIZE = 4 << 10;

  public Note {
    requireSize(content);
    content = content.clone();
  }

  /**
   * @throws IllegalArgumentException it is too long for a note
   */
  public static void requireSize(byte[] content) {
    if (content.length > MAXIMUM_SIZE) {
      throw new IllegalArgumentException(
          "a note has at most %d bytes, got %d".formatted(MAXIMUM_SIZE, content.length));
    }
  }

  @Override
  public byte[] content() {
    return content.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Note that
        && leftAt == that.leftAt
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(content) + Long.hashCode(leftAt);
  }
}
