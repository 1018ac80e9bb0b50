package modicum.jobcreator.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.config.BadConfiguration;
import modicum.protocol.identity.Architecture;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {
  @TempDir Path folder;

  private JobFile read(String yaml) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, yaml);
    return JobFile.read(file);
  }

  @Test
  void readsEverythingThatCanBeSaid() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    JobRequest job =
        read("""
            image: my/image:1
            command: [program, "640", 480]
            environment: {LEVEL: 9}
            input: data
            output: out
            collect: /result
            cpus: 2
            limits: {instructions: 500k, memory: 256MiB, storage: 100MB, bandwidth: 1048576}
            prices: {instruction: 2gwei, bandwidth: 3wei}
            deadline: 1h30m
            expiry: 10m
            incentive: 0.5ether
            verify: sample:0.5
            comparator: my/comparator:1
            directory: "0x00000000000000000000000000000000000000d1"
            mediators: ["0x00000000000000000000000000000000000000e1"]
            arch: arm64
            encrypt: true
            """)
            .complete(folder);
    assertThat(job.command()).containsExactly("program", "640", "480");
    assertThat(job.environment()).containsEntry("LEVEL", "9");
    assertThat(job.input()).contains(folder.resolve("data"));
    assertThat(job.output()).isEqualTo(folder.resolve("out"));
    assertThat(job.limits()).isEqualTo(new Limits(500_000, 256 << 20, 100_000_000, 1 << 20));
    assertThat(job.maxPrices()).isEqualTo(Prices.of(2_000_000_000L, 3));
    assertThat(job.deadline().seconds()).isEqualTo(5400);
    assertThat(job.expiry().seconds()).isEqualTo(600);
    assertThat(job.incentive()).isEqualTo(Wei.parse("500000000000000000"));
    assertThat(job.verify()).isEqualTo(new VerificationPolicy.Sample(0.5));
    assertThat(job.architecture()).contains(Architecture.ARM64);
    assertThat(job.mediators()).hasSize(1);
    assertThat(job.encrypt()).isTrue();
  }

  @Test
  void anImageIsEnough() throws IOException {
    JobRequest job = read("image: my/image:1\n").complete(folder);
    assertThat(job.limits()).isEqualTo(JobFile.DEFAULT_LIMITS);
    assertThat(job.verify()).isEqualTo(new VerificationPolicy.Sample(0.02));
    assertThat(job.expiry()).isEqualTo(job.deadline());
    assertThat(job.collect()).isEqualTo("/out");
    assertThat(job.encrypt()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'image: a\nlimits:\n  memory: lots'|line 3, column 11|not a number of bytes",
        "'image: a\nlimits: {instructions: 5x}'|line 2, column 24|not a number of instructions",
        "'image: a\nprices: {instruction: 5}'|line 2, column 23|not an amount with its unit",
        "'image: a\ndeadline: soon'|line 2, column 11|not a length of time",
        "'image: a\nverify: maybe'|line 2, column 9|unknown verification",
        "'image: a\ndirectory: here'|line 2, column 12|an address is 0x",
        "'image: a\narch: z80'|line 2, column 7|unknown architecture",
        "'image: a\narch: amd64-v3'|line 2, column 7|say it by cpuLevel",
        "'image: a\ncpuLevel: v9'|line 2, column 11|unknown CPU level v9",
        "'image: a\ncpu: 2'|line 2, column|cpu",
        "'image: [a'|line |",
      })
  void namesLineAndColumnOfWhatItDoesNotUnderstand(String yaml, String where, String what) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining(where)
        .hasMessageContaining(what == null ? "" : what);
  }

  @Test
  void saysThatAnImageIsMissing() throws IOException {
    JobFile file = read("cpus: 1\n");
    assertThatThrownBy(() -> file.complete(folder)).hasMessageContaining("the job has no image");
  }

  @Test
  void saysThatAnInputIsMissing() throws IOException {
    JobFile file = read("image: a\ninput: nowhere\n");
    assertThatThrownBy(() -> file.complete(folder))
        .hasMessageContaining("nowhere does not exist; paths are relative to the job file");
  }

  @Test
  void anOfferDoesNotOutliveItsDeadline() throws IOException {
    JobFile file = read("image: a\ndeadline: 1m\nexpiry: 2m\n");
    assertThatThrownBy(() -> file.complete(folder)).hasMessageContaining("make it earlier");
  }

  @Test
  void flagsWinOverTheFile() throws IOException {
    JobFile flags = read("image: b\nenvironment: {B: 2}\nlimits: {memory: 1MiB}\n");
    JobRequest job =
        read("image: a\nenvironment: {A: 1, B: 1}\nlimits: {memory: 2MiB, instructions: 7}\n")
            .overriddenBy(flags)
            .complete(folder);
    assertThat(job.image()).isEqualTo("b");
    assertThat(job.environment()).containsEntry("A", "1").containsEntry("B", "2");
    assertThat(job.limits().memory()).isEqualTo(1 << 20);
    assertThat(job.limits().instructions()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "100wei, 100",
    "3gwei, 3000000000",
    "7units, 7",
    "0.5 ether, 500000000000000000",
    "1.5gwei, 1500000000"
  })
  void readsAmounts(String text, String wei) {
    assertThat(Amount.parse(text).wei()).isEqualTo(Wei.parse(wei));
  }

  @ParameterizedTest
  @CsvSource({"1.5wei", "-1ether", "1", "ether", "1e3wei", "''"})
  void refusesOddAmounts(String text) {
    assertThatThrownBy(() -> Amount.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0 wei, 0", "999 wei, 999", "1.5 gwei, 1500000000", "0.5 ether, 500000000000000000"})
  void showsAmountsInTheUnitInWhichTheyAreShort(String text, String wei) {
    assertThat(Amount.forPeople(Wei.parse(wei))).isEqualTo(text);
  }
}
