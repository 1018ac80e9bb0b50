package modicum.directory.encryption;

import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import modicum.protocol.identity.AgeRecipient;

/**
 * A secret age X25519 key ("identity"), with the recipient that it opens. It is never printed by
 * accident: who wants the secret asks for it.
 */
public final class AgeKey {
  private static final Pattern FORM = Pattern.compile("AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}");

  private final String secret;
  private final Supplier<AgeRecipient> recipient;

  private AgeKey(String secret, Supplier<AgeRecipient> recipient) {
    this.secret = secret;
    this.recipient = recipient;
  }

  /** A key that nobody has had before. */
  public static AgeKey fresh() {
    try {
      return parse(new X25519KeyPairGenerator().generateKeyPair().getPrivate().toString());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no X25519", e);
    }
  }

  /**
   * @param secret {@code AGE-SECRET-KEY-1...}, as the age tool writes it
   * @throws IllegalArgumentException it is none; the message does not repeat it
   */
  public static AgeKey parse(String secret) {
    requireForm(secret);
    AgeRecipient recipient = recipientOf(secret);
    return new AgeKey(secret, () -> recipient);
  }

  /**
   * A key of somebody's long list, of which only the form is looked at: that it is one shows when
   * it opens something. To find the recipient of each would take a minute where they mean no good.
   */
  static AgeKey listed(String secret) {
    requireForm(secret);
    return new AgeKey(secret, () -> recipientOf(secret));
  }

  private static void requireForm(String secret) {
    if (!FORM.matcher(secret).matches()) {
      throw new IllegalArgumentException("not a secret age key (AGE-SECRET-KEY-1...)");
    }
  }

  private static AgeRecipient recipientOf(String secret) {
    try {
      SecretKeySpec key = new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "X25519");
      return new AgeRecipient(new X25519KeyFactory().translateKey(key).toString());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException("not a secret age key: its checksum is wrong");
    }
  }

  /** As the age tool reads it; whoever has it can read what is encrypted to the recipient. */
  public String secret() {
    return secret;
  }

  public AgeRecipient recipient() {
    return recipient.get();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AgeKey that && secret.equals(that.secret);
  }

  @Override
  public int hashCode() {
    return secret.hashCode();
  }

  @Override
  public String toString() {
    return "a secret age key";
  }
}
