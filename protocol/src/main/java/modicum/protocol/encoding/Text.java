package modicum.protocol.encoding;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Any text as one field of a line: URL-encoded, so no text can forge a field or a line. */
public final class Text {
  private Text() {}

  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  public static String decode(String field) {
    return URLDecoder.decode(field, StandardCharsets.UTF_8);
  }
}
