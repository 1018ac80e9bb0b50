package modicum.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.config.YamlFile;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.offer.Capacity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderConfigTest {
  private static final String LEAST =
      """
      timePerInstruction: 1000000
      instructionPrice: 3
      bandwidthPrice: 1
      capacity: {instructions: 1, memory: 2, storage: 3, bandwidth: 4}
      stateFolder: state
      solvers: [http://localhost:1]
      """;

  @TempDir Path folder;

  private ProviderConfig read(String yaml) throws IOException {
    return YamlFile.read(
        Files.writeString(folder.resolve("provider.yaml"), yaml), ProviderConfig.class);
  }

  @Test
  void needsLittle() throws IOException {
    ProviderConfig config = read(LEAST);
    assertThat(config.slots()).isEqualTo(1);
    assertThat(config.offerPeriod()).isEqualTo(600);
    assertThat(config.capacity()).isEqualTo(new Capacity(1, 2, 3, 4));
    assertThat(config.withdrawalIfAny()).isEmpty();
  }

  @Test
  void isTheSameAfterWritingIt() throws IOException {
    ProviderConfig config = read(LEAST + "withdrawal: {keep: 5}\nslots: 2\n");
    Path file = folder.resolve("written.yaml");
    YamlFile.write(file, config);
    assertThat(YamlFile.read(file, ProviderConfig.class)).isEqualTo(config);
  }

  @Test
  void isRegisteredForTheCpuLevelThatItOffers() throws IOException {
    assertThat(read(LEAST).cpuLevel()).contains(CpuLevel.X86_64_V2);
    ProviderConfig newer = read(LEAST + "architecture: amd64-v3\n");
    assertThat(newer.cpuLevel()).contains(CpuLevel.X86_64_V3);
    assertThat(newer.registration().architecture())
        .isEqualTo(Architecture.AMD64.at(CpuLevel.X86_64_V3));
    assertThat(read(LEAST + "architecture: arm64\n").cpuLevel()).isEmpty();
  }

  @Test
  void namesTheRuntimeThatJobsAreRunBy() throws IOException {
    assertThat(read(LEAST).runtimeIfAny()).isEmpty();
    assertThat(read(LEAST + "runtime: runsc\n").runtimeIfAny()).contains("runsc");
    assertThatThrownBy(() -> read(LEAST + "runtime: '--privileged'\n"))
        .hasMessageContaining("runtime is a name in the engine's configuration, like runsc");
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> read(LEAST + "slots: -1\n"))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("slots is 0 to 4096, got -1");
    assertThatThrownBy(() -> read(LEAST + "deposit: 10\nwithdrawal: {keep: 9}\n"))
        .hasMessageContaining("withdrawal.keep is at least the deposit");
    assertThatThrownBy(() -> read(LEAST.replace("[http://localhost:1]", "[]")))
        .hasMessageContaining("solvers is needed for signed offers");
    assertThatThrownBy(() -> read(LEAST + "architecture: amd64-v9\n"))
        .hasMessageContaining("unknown architecture amd64-v9; known: amd64, amd64-v1");
    assertThatThrownBy(() -> read(LEAST + "mediators: [bob]\n"))
        .hasMessageContaining("an address is 0x and 40 hexadecimal digits");
  }
}
