package modicum.executor.doctor;

import java.util.Optional;

/**
 * What was found of one respect.
 *
 * @param subject in a word or two
 * @param found one line: what is on, or what is missing
 * @param remedy one line: how to get what is missing
 */
public record Finding(String subject, Mark mark, String found, Optional<String> remedy) {
  static Finding good(String subject, String found) {
    return new Finding(subject, Mark.GOOD, found, Optional.empty());
  }

  static Finding weak(String subject, String found, String remedy) {
    return new Finding(subject, Mark.WEAK, found, Optional.of(remedy));
  }

  static Finding unfit(String subject, String found, String remedy) {
    return new Finding(subject, Mark.UNFIT, found, Optional.of(remedy));
  }

  /** For an error line. */
  public String sentence() {
    return subject + ": " + found + remedy.map(r -> "; " + r).orElse("");
  }
}
