package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import modicum.ledger.config.YamlFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediatorConfigTest {
  private static final String LEAST =
      """
      timePerInstruction: 1000000
      instructionPrice: 3
      bandwidthPrice: 1
      stateFolder: state
      """;

  @TempDir Path folder;

  private MediatorConfig read(String yaml) throws IOException {
    return YamlFile.read(
        Files.writeString(folder.resolve("mediator.yaml"), yaml), MediatorConfig.class);
  }

  @Test
  void needsLittleAndIsTheSameAfterWritingIt() throws IOException {
    MediatorConfig config = read(LEAST);
    assertThat(config.port()).isZero();
    assertThat(config.probePeriod()).isEqualTo(60);
    Path file = folder.resolve("written.yaml");
    YamlFile.write(file, config);
    assertThat(YamlFile.read(file, MediatorConfig.class)).isEqualTo(config);
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> read(LEAST + "port: 70000\n"))
        .hasMessageContaining("port is 0 to 65535, got 70000");
    assertThatThrownBy(() -> read(LEAST + "probePeriod: -1\n"))
        .hasMessageContaining("probePeriod is 0 to 86400 seconds, got -1");
    assertThatThrownBy(() -> read(LEAST.replace("1000000", "0")))
        .hasMessageContaining("timePerInstruction is above 0 ns");
  }
}
