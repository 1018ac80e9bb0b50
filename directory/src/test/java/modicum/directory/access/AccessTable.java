package modicum.directory.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The table of docs/directory.md: who may do what, at which state of a match. */
public final class AccessTable {
  private static final Path DOCUMENT = Path.of("..", "docs", "directory.md");
  private static final String FIRST = "| actor | does |";
  private static final int LABELS = 2;

  private AccessTable() {}

  /**
   * @param answer yes, no or later
   */
  public record Cell(String actor, String does, String state, String answer) {
    @Override
    public String toString() {
      return actor + " " + does + " of a match " + state + ": " + answer;
    }
  }

  public static List<Cell> cells() {
    List<List<String>> rows =
        lines().stream()
            .dropWhile(line -> !line.startsWith(FIRST))
            .takeWhile(line -> line.startsWith("|"))
            .filter(line -> !line.startsWith("|--"))
            .map(AccessTable::fields)
            .toList();
    List<String> states = rows.getFirst();
    return rows.stream()
        .skip(1)
        .flatMap(
            row ->
                java.util.stream.IntStream.range(LABELS, states.size())
                    .mapToObj(i -> new Cell(row.get(0), row.get(1), states.get(i), row.get(i))))
        .toList();
  }

  private static List<String> fields(String line) {
    return Arrays.stream(line.split("\\|")).map(String::strip).filter(f -> !f.isEmpty()).toList();
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(DOCUMENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
