package modicum.marketplace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import modicum.ledger.config.BadConfiguration;

/** The documents that show the figures, each between two marks. */
public final class GasDocuments {
  private static final String BEGIN =
      "<!-- gas: written by './modicum bench gas --update', not by hand -->";
  private static final String END = "<!-- gas: end -->";

  private record Shown(Path document, String table) {}

  private final List<Shown> all;

  /**
   * @param home folder of the project
   */
  public GasDocuments(Path home, GasTables tables) {
    this.all =
        List.of(
            new Shown(home.resolve("README.md"), tables.jobsAsMarkdown()),
            new Shown(
                home.resolve("contracts").resolve("README.md"), tables.functionsAsMarkdown()));
  }

  /** Those that show other figures. */
  public List<Path> outdated() {
    return all.stream()
        .filter(shown -> !withTable(shown).equals(read(shown.document())))
        .map(Shown::document)
        .toList();
  }

  public void update() {
    all.forEach(shown -> write(shown.document(), withTable(shown)));
  }

  private static String withTable(Shown shown) {
    String text = read(shown.document());
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END, Math.max(begin, 0));
    if (begin < 0 || end < 0) {
      throw new BadConfiguration(
          shown.document() + " has no place for the figures, between " + BEGIN + " and " + END);
    }
    return text.substring(0, begin + BEGIN.length())
        + "\n"
        + shown.table()
        + "\n"
        + text.substring(end);
  }

  private static String read(Path document) {
    try {
      return Files.readString(document);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + document, e);
    }
  }

  private static void write(Path document, String text) {
    try {
      Files.writeString(document, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + document, e);
    }
  }
}
