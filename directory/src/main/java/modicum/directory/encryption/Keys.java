package modicum.directory.encryption;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What one party of a match gives another, encrypted.
 *
 * @param job the key of the job
 * @param own what the giver itself was given the key with, so that a mediator can read what it got
 */
public record Keys(Optional<AgeKey> job, Optional<AgeKey> own) {
  private static final String JOB = "job ";
  private static final String OWN = "own ";

  public static Keys ofJob(AgeKey key) {
    return new Keys(Optional.of(key), Optional.empty());
  }

  byte[] toBytes() {
    String text =
        job.map(key -> JOB + key.secret() + "\n").orElse("")
            + own.map(key -> OWN + key.secret() + "\n").orElse("");
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @throws IllegalArgumentException it is none
   */
  static Keys parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.US_ASCII);
    Keys keys = new Keys(line(text, JOB), line(text, OWN));
    if (!Arrays.equals(keys.toBytes(), bytes)) {
      throw new IllegalArgumentException("not a list of keys");
    }
    return keys;
  }

  private static Optional<AgeKey> line(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> AgeKey.parse(line.substring(name.length())));
  }
}
