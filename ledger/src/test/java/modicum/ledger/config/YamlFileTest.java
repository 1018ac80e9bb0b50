package modicum.ledger.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has written a file wrongly is told where, and what would be right. */
class YamlFileTest {
  private record Part(int size, String colour) {
    Part {
      if (size < 0) {
        throw new IllegalArgumentException("size is not negative, got " + size);
      }
    }
  }

  private record Whole(String name, Part part, List<Part> parts) {}

  @TempDir private Path folder;

  @Test
  void readsWhatItHasWritten() {
    Whole whole = new Whole("a", new Part(1, "red"), List.of(new Part(2, "blue")));
    Path file = folder.resolve("whole.yaml");

    YamlFile.write(file, whole);

    assertThat(YamlFile.read(file, Whole.class)).isEqualTo(whole);
  }

  @Test
  void saysWhereAnUnknownFieldIsAndWhatIsKnown() throws IOException {
    rejects("name: a\npart:\n  size: 1\n  color: red\nparts: []\n")
        .hasMessageContaining("whole.yaml (line 4, column 3)")
        .hasMessageContaining("there is no 'color' here; there may be colour, size");
  }

  @Test
  void saysWhereAValueOfTheWrongKindIs() throws IOException {
    rejects("name: a\npart: {size: 1}\nparts:\n  - size: large\n  - size: 1\n")
        .hasMessageContaining("whole.yaml (line 4, column")
        .hasMessageContaining("): size: ")
        .hasMessageContaining("large");
  }

  @Test
  void saysWhatACheckingConstructorSays() throws IOException {
    rejects("name: a\npart:\n  size: -1\n")
        .hasMessageContaining("whole.yaml (line 2, column 1): size is not negative, got -1");
  }

  @Test
  void saysWhereAFileIsTornAndWhatWasExpected() throws IOException {
    rejects("name: a\npart: {size: 1\n")
        .hasMessageContaining("whole.yaml (line 2, column")
        .hasMessageContaining("expected ',' or '}'");
  }

  @Test
  void saysThatAFileIsEmpty() throws IOException {
    rejects("").hasMessageContaining("whole.yaml");
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> YamlFile.read(folder.resolve("none.yaml"), Whole.class))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("none.yaml does not exist");
  }

  private AbstractThrowableAssert<?, ?> rejects(String text) throws IOException {
    Path file = folder.resolve("whole.yaml");
    Files.writeString(file, text);
    return assertThatThrownBy(() -> YamlFile.read(file, Whole.class))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageNotContaining("\n");
  }
}
