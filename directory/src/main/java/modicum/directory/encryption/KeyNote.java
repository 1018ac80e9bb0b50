package modicum.directory.encryption;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The answer to a key card: keys, encrypted to whom the card names. The card stands in it, so that
 * its owner cannot say that it asked for something else.
 */
public final class KeyNote {
  private static final String HEADER = "modicum key note 1\n";

  /** Two keys take less, bytes. */
  private static final int MAXIMUM_KEYS_SIZE = 1024;

  private final KeyCard card;
  private final byte[] file;

  private KeyNote(KeyCard card, byte[] file) {
    this.card = card;
    this.file = file;
  }

  /**
   * @throws IllegalArgumentException nothing can be encrypted to the card's recipient
   */
  public static KeyNote answering(KeyCard card, Keys keys) {
    return new KeyNote(card, AgeFile.encrypt(keys.toBytes(), card.recipient()));
  }

  public KeyCard card() {
    return card;
  }

  /** The keys; empty where this key does not open it, or it holds something else. */
  public Optional<Keys> open(AgeKey key) {
    try {
      return Optional.of(Keys.parse(AgeFile.open(file, key, MAXIMUM_KEYS_SIZE)));
    } catch (BadAgeFile | IllegalArgumentException useless) {
      return Optional.empty();
    }
  }

  /** Lines: a header, the card's own, and the age file in base 64. */
  public byte[] toBytes() {
    String text = HEADER + card.text() + Base64.getEncoder().encodeToString(file) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException it is none
   */
  public static KeyNote parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int cardEnd = HEADER.length();
    for (int line = 0; line < KeyCard.LINES; line++) {
      cardEnd = text.indexOf('\n', cardEnd) + 1;
      if (cardEnd == 0) {
        throw new IllegalArgumentException("not a key note");
      }
    }
    if (!text.startsWith(HEADER) || !text.endsWith("\n") || cardEnd > text.length() - 1) {
      throw new IllegalArgumentException("not a key note");
    }
    String card = text.substring(HEADER.length(), cardEnd);
    return new KeyNote(
        KeyCard.parse(card.getBytes(StandardCharsets.UTF_8)),
        Base64.getDecoder().decode(text.substring(cardEnd, text.length() - 1)));
  }
}
