package modicum.protocol.encoding;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Any text as one field of a line: URL-encoded, so no text can forge a field or a line. Texts are
 * whole Unicode: half a surrogate pair has no UTF-8 and would come back as another text.
 */
public final class Text {
  private static final int LONGEST_SHOWN = 200;

  private Text() {}

  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  public static String decode(String field) {
    return URLDecoder.decode(field, StandardCharsets.UTF_8);
  }

  /** Whether {@link #decode} gives back what {@link #encode} was given. */
  public static boolean isEncodable(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** A text of another party for a message: on one line, and not endless. */
  public static String shown(String text) {
    String line = text.replaceAll("[\\p{Cc}\\u2028\\u2029]", "?");
    return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
  }
}
