package modicum.jobcreator.cli;

import java.io.Console;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import modicum.ledger.config.PasswordFile;

/** Where a password comes from: a file, or the person at the terminal; never an argument. */
record Password(Optional<Path> file) {
  String ask(String prompt) {
    return file.map(PasswordFile::read).orElseGet(() -> new String(prompt(prompt)));
  }

  String askTwice(String prompt) {
    if (file.isPresent()) {
      return PasswordFile.read(file.get());
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
}
