package modicum.protocol.identity;

import java.util.regex.Pattern;
import modicum.protocol.encoding.Text;

/**
 * The public half of an age X25519 key, to which files are encrypted: {@code age1} and 58 letters
 * and digits. Only its form is checked here; whether it is a key shows when it is used.
 */
public record AgeRecipient(String text) {
  private static final Pattern FORM = Pattern.compile("age1[02-9ac-hj-np-z]{58}");

  public AgeRecipient {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not an age recipient (age1...): " + Text.shown(text));
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
