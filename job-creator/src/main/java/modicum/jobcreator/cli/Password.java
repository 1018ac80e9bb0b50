package modicum.jobcreator.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import modicum.ledger.config.BadConfiguration;

/** Where a password comes from: a file, or the person at the terminal; never an argument. */
record Password(Optional<Path> file) {
  String ask(String prompt) {
    return file.map(Password::read).orElseGet(() -> new String(prompt(prompt)));
  }

  String askTwice(String prompt) {
    if (file.isPresent()) {
      return read(file.get());
    }
    char[] first = prompt(prompt + ": ");
    char[] second = prompt(prompt + ", again: ");
    if (!Arrays.equals(first, second)) {
      throw new IllegalArgumentException("the two passwords differ; try again");
    }
    if (first.length == 0) {
      throw new IllegalArgumentException("an empty password protects nothing; choose another");
    }
    return new String(first);
  }

  private static char[] prompt(String prompt) {
    Console console = System.console();
    char[] password =
        console == null || !console.isTerminal() ? null : console.readPassword("%s", prompt);
    if (password == null) {
      throw new IllegalArgumentException(
          "there is no terminal to ask for the password; name a file with --password-file");
    }
    return password;
  }

  private static String read(Path file) {
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
