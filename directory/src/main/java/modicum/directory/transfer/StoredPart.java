package modicum.directory.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A part as a storage says that it has it.
 *
 * @param size bytes
 * @param tag its entity tag: the MD5 of its bytes, where the storage keeps to the custom; may be
 *     null
 */
public record StoredPart(long size, String tag) {
  /** Whether it is these bytes. One of which that can't be told is sent again, without harm. */
  boolean is(byte[] part) {
    return size == part.length
        && tag != null
        && Arrays.equals(md5().digest(part), hex(tag.replace("\"", "")));
  }

  private static byte[] hex(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException other) {
      return new byte[0];
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has MD5", impossible);
    }
  }
}
