package modicum.ledger.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file whose first line is a keystore's password. */
public final class PasswordFile {
  private PasswordFile() {}

  /**
   * @throws BadConfiguration when the file cannot be read or is empty
   */
  public static String read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty() || lines.getFirst().isEmpty()) {
        throw new BadConfiguration("the password file " + file + " is empty");
      }
      return lines.getFirst();
    } catch (IOException e) {
      throw new BadConfiguration(
          "the password file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
