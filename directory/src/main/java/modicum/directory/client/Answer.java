package modicum.directory.client;

import java.nio.charset.StandardCharsets;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.wire.Messages.Trouble;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the service answered.
 *
 * @param request for messages: what was asked
 */
record Answer(String request, int status, byte[] body) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LONGEST_QUOTE = 300;

  boolean is(int expected) {
    return status == expected;
  }

  /**
   * @throws DirectoryUnavailable it is no such message
   */
  <T> T as(Class<T> type) {
    try {
      T message = JSON.readValue(body, type);
      if (message == null) {
        throw new DirectoryUnavailable(request + ": the directory answered with nothing");
      }
      return message;
    } catch (JacksonException e) {
      throw new DirectoryUnavailable(request + ": the directory's answer can't be read", e);
    }
  }

  /** Its error and hint, cut to a sane length. */
  String trouble() {
    try {
      Trouble trouble = JSON.readValue(body, Trouble.class);
      return request + ": " + quote(trouble.error() + "; " + trouble.hint());
    } catch (JacksonException | NullPointerException notOurs) {
      return request + ": status " + status + " " + quote(new String(body, StandardCharsets.UTF_8));
    }
  }

  /** Another party's text goes to our logs: no line breaks, no control characters. */
  private static String quote(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
    return plain.length() <= LONGEST_QUOTE ? plain : plain.substring(0, LONGEST_QUOTE) + "...";
  }
}
