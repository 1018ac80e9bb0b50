package modicum.solver.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.YamlFile;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SolverConfigTest {
  @TempDir Path folder;

  @Test
  void whatAFileDoesNotSayHasADefault() throws IOException {
    SolverConfig config = read("port: 0");

    assertThat(config).isEqualTo(SolverConfig.at("127.0.0.1", 0, "solver-state"));
    assertThat(config.solverOptions().minimumIncentive()).isEqualTo(Wei.ZERO);
  }

  @Test
  void readsWhatItSays() throws IOException {
    SolverConfig config =
        read(
            "port: 1\nminimumIncentive: '1000000000000000000000'\ncoverFees: true\nconfirmations: 6");

    assertThat(config.solverOptions().minimumIncentive())
        .isEqualTo(Wei.parse("1000000000000000000000"));
    assertThat(config.solverOptions().coverFees()).isTrue();
    assertThat(config.followerOptions().confirmations()).isEqualTo(6);
  }

  @Test
  void survivesBeingWritten() {
    Path file = folder.resolve("written.yaml");
    SolverConfig config = SolverConfig.at("0.0.0.0", 8470, "state");

    YamlFile.write(file, config);

    assertThat(YamlFile.read(file, SolverConfig.class)).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource({
    "port: 65536,port is between 0 and 65535",
    "pollMillis: 1,pollMillis is between 10 and 600000",
    "minimumIncentive: '-1',minimumIncentive is a whole number of wei",
    "minimumIncentive: '1 ether',minimumIncentive is a whole number of wei",
    "maximumOffers: 0,maximumOffers is between 1 and 100000",
    "prot: 1,prot",
  })
  void refusesWhatMakesNoSense(String yaml, String why) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining(why);
  }

  private SolverConfig read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("solver.yaml"), yaml);
    return YamlFile.read(file, SolverConfig.class);
  }
}
