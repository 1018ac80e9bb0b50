package modicum.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import modicum.ledger.orders.OfferJson;
import modicum.ledger.orders.SignedJobOffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfferFileTest {
  @TempDir Path folder;

  private final World world = new World();
  private Path path;
  private OfferFile<SignedJobOffer> file;

  @BeforeEach
  void openIt() {
    path = folder.resolve("offers.jsonl");
    file = new OfferFile<>(path, OfferJson::write, OfferJson::readJobOffer);
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(load()).isEmpty();
  }

  @Test
  void keepsWhatWasAppendedInOrder() {
    file.append(world.job(2));
    file.append(world.job(1));

    assertThat(load()).containsExactly(world.job(2), world.job(1));
  }

  @Test
  void replacesEverythingAtOnce() {
    file.append(world.job(1));

    file.replace(List.of(world.job(2), world.job(3)));
    file.append(world.job(4));

    assertThat(load()).containsExactly(world.job(2), world.job(3), world.job(4));
    assertThat(folder)
        .isDirectoryContaining("glob:**offers.jsonl")
        .isDirectoryNotContaining("glob:**.next");
  }

  @Test
  void dropsALineThatACrashTore() throws IOException {
    file.append(world.job(1));
    String torn = OfferJson.write(world.job(2)).substring(0, 300);
    Files.writeString(path, torn, StandardOpenOption.APPEND);

    assertThat(load()).containsExactly(world.job(1));
  }

  @Test
  void dropsForeignLinesAlone() throws IOException {
    file.append(world.job(1));
    Files.write(
        path,
        "\n\u00ff\u00fe\0\n{}\n".getBytes(StandardCharsets.ISO_8859_1),
        StandardOpenOption.APPEND);
    file.append(world.job(2));

    assertThat(load()).containsExactly(world.job(1), world.job(2));
  }

  @Test
  void tellsTheOperatorWhatToCheckWhenItCannotBeWritten() throws IOException {
    Files.createDirectory(path);

    assertThatThrownBy(() -> file.append(world.job(1)))
        .isInstanceOf(BookUnavailable.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("check the disk");
  }

  private List<SignedJobOffer> load() {
    List<SignedJobOffer> offers = new ArrayList<>();
    file.load(offers::add);
    return offers;
  }
}
