package modicum.mediator.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.directory.SeenBlock;
import modicum.directory.uptime.Beat;
import modicum.directory.uptime.UptimeChain;
import modicum.directory.uptime.UptimeHead;
import modicum.ledger.memory.InMemorySigner;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a mediator's probes outlives it. */
class ProbeLogTest {
  private static final long DAY = 24 * 3600;
  private static final InMemorySigner DORA = InMemorySigner.named("dora");
  private static final Address DAVE = InMemorySigner.named("dave").address();

  @TempDir Path folder;

  private static UptimeHead head(long number) {
    UptimeChain chain = new UptimeChain(DORA.address(), 1, 10, Optional.empty());
    Beat beat =
        new Beat(number, 10 * number, Optional.of(new SeenBlock(3, Keccak256.hashUtf8("three"))));
    return UptimeHead.signed(DORA, chain, beat, Keccak256.hashUtf8("before " + number));
  }

  private static Probe answered(long time) {
    return Probe.answered(time, head(time + 2));
  }

  private static Probe down(long time) {
    return Probe.down(time, DORA.address(), "\"it\" is\ndown; \u2603");
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasNotedIsThereAfterARestart() {
    ProbeLog log = ProbeLog.open(folder, 100);
    log.add(List.of(answered(100), Probe.down(100, DAVE, "no answer")));
    log.add(List.of(down(160)));
    log.add(List.of(Probe.ourTrouble(DAY + 10, DORA.address(), "no chain")));
    ProbeLog again = ProbeLog.open(folder, DAY + 20);

    assertThat(again.between(DORA.address(), 0, 2 * DAY))
        .containsExactly(
            answered(100), down(160), Probe.ourTrouble(DAY + 10, DORA.address(), "no chain"));
    assertThat(again.between(DORA.address(), 101, 160)).containsExactly(down(160));
    assertThat(again.between(DAVE, 0, 2 * DAY)).hasSize(1);
  }

  @Test
  void aTornLineIsCutWhereverTheKillCame() throws Exception {
    ProbeLog.open(folder, 100).add(List.of(answered(100)));
    byte[] one = Files.readAllBytes(files().getFirst());
    ProbeLog.open(folder, 100).add(List.of(down(160)));
    byte[] two = Files.readAllBytes(files().getFirst());
    for (int torn = one.length; torn < two.length; torn += 11) {
      Files.write(files().getFirst(), Arrays.copyOf(two, torn));
      ProbeLog log = ProbeLog.open(folder, 200);
      log.add(List.of(answered(220)));

      assertThat(log.between(DORA.address(), 0, DAY))
          .as("%d bytes", torn)
          .containsExactly(answered(100), answered(220));
    }
  }

  @Test
  void aDamagedLineSaysNothingAndLeavesTheOthers() throws Exception {
    ProbeLog.open(folder, 100).add(List.of(answered(100)));
    for (String nonsense : List.of("nonsense", "{}", "null", "[1]", "{\"time\":1,\"why\":null}")) {
      Files.writeString(files().getFirst(), nonsense + "\n", StandardOpenOption.APPEND);
    }
    ProbeLog log = ProbeLog.open(folder, 100);
    log.add(List.of(down(160)));

    assertThat(log.between(DORA.address(), 0, DAY)).containsExactly(answered(100), down(160));
  }

  @Test
  void oldDaysGo() {
    ProbeLog log = ProbeLog.open(folder, 100);
    log.add(List.of(answered(100)));
    log.add(List.of(answered(44 * DAY)));
    assertThat(files()).hasSize(2);
    log.add(List.of(answered(47 * DAY)));

    assertThat(files()).hasSize(2);
    assertThat(log.between(DORA.address(), 0, 50 * DAY)).hasSize(2);
  }

  @Test
  void saysWhatShareOfTheLastDayWasAnswered() {
    ProbeLog log = ProbeLog.open(folder, 100);
    log.add(List.of(down(100)));
    log.add(List.of(answered(DAY + 200)));
    log.add(List.of(answered(DAY + 260)));
    log.add(List.of(down(DAY + 320)));
    log.add(List.of(Probe.ourTrouble(DAY + 380, DORA.address(), "ours")));

    for (ProbeLog one : List.of(log, ProbeLog.open(folder, DAY + 390))) {
      ProbeLog.Sight sight = one.sight(DORA.address());
      assertThat(sight.answered()).isEqualTo(2);
      assertThat(sight.counted()).isEqualTo(3);
      assertThat(sight.last().orElseThrow().why()).isEqualTo("ours");
      assertThat(sight.lastAnswered()).contains(answered(DAY + 260));
    }
  }
}
