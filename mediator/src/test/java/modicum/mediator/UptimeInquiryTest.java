package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.SeenBlock;
import modicum.directory.uptime.Beat;
import modicum.directory.uptime.UptimeChain;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.uptime.UptimeUnproven;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.memory.InMemoryLedger;
import modicum.ledger.memory.InMemorySigner;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.Probe.Outcome;
import modicum.mediator.probe.ProbeLog;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mediator asks of a directory and of the chain, and what of its own probes it keeps. */
class UptimeInquiryTest {
  private static final InMemorySigner DORA = InMemorySigner.named("dora");
  private static final long PERIOD = 10;

  @TempDir Path folder;
  private final InMemoryLedger ledger =
      new InMemoryChain(TestMarket.PARAMETERS, 5_000).ledger("mia");
  private ProbeLog log;

  @BeforeEach
  void open() {
    log = ProbeLog.open(folder, 0);
  }

  /** Beats every ten seconds from second 10 on, as far as anyone asks. */
  private static final class Regular implements UptimeSource {
    private final UptimeChain chain = new UptimeChain(DORA.address(), 0, PERIOD, Optional.empty());
    private final List<Long> asked = new ArrayList<>();
    private final Optional<SeenBlock> block;

    Regular(Optional<SeenBlock> block) {
      this.block = block;
    }

    UptimeHead headAt(long time) {
      return record(time, time - 1).head();
    }

    private UptimeRecord record(long from, long to) {
      List<Beat> beats = new ArrayList<>();
      for (long time = PERIOD; time < to + 2 * PERIOD; time += PERIOD) {
        beats.add(new Beat(beats.size() + 1L, time, block.filter(b -> beats.isEmpty())));
      }
      Bytes32 previous = UptimeRecord.previousOfLast(chain.id(), beats);
      UptimeHead head = UptimeHead.signed(DORA, chain, beats.getLast(), previous);
      return new UptimeRecord(Math.min(from, to), Math.max(from, to), chain.id(), beats, head);
    }

    @Override
    public UptimeRecord uptime(long from, long to) {
      asked.addAll(List.of(from, to));
      return record(from, to);
    }

    @Override
    public UptimeHead head() {
      throw new AssertionError("nobody needs it");
    }

    @Override
    public UptimeHead probe() throws UptimeUnproven {
      throw new AssertionError("nobody needs it");
    }
  }

  private final Regular directory = new Regular(Optional.empty());

  private Availability about(UptimeSource source, long from, long to) {
    return new UptimeInquiry(source, DORA.address(), ledger, log).about(from, to);
  }

  private void sawItUp(long... times) {
    for (long time : times) {
      log.add(
          List.of(
              new Probe(
                  time,
                  DORA.address(),
                  Outcome.ANSWERED,
                  Optional.of(directory.headAt(time)),
                  "")));
    }
  }

  private void sawItDown(long time) {
    log.add(List.of(new Probe(time, DORA.address(), Outcome.DOWN, Optional.empty(), "no answer")));
  }

  @Test
  void asksForTheTimeThatMatters() {
    about(directory, 1_000, 1_100);

    assertThat(directory.asked).containsExactly(1_000L, 1_100L);
  }

  @Test
  void asksFromTheLastHeadThatItSawBeforeToTheFirstAfter() {
    sawItUp(900, 960, 1_020, 1_150, 1_210);

    Availability found = about(directory, 1_000, 1_100);

    long before = directory.headAt(960).beat().time();
    long after = directory.headAt(1_150).beat().time();
    assertThat(directory.asked).containsExactly(before, after);
    assertThat(found.conclusion().uptime()).isEqualTo(Dispute.Uptime.UP_ALL_THE_TIME);
  }

  @Test
  void doesNotAskFarBeyondTheTimeThatMatters() {
    sawItUp(1_000, 20_000);

    about(directory, 10_000, 10_100);

    assertThat(directory.asked).containsExactly(10_000L, 10_100L);
  }

  @Test
  void keepsOfManyProbesThoseThatCount() {
    for (long time = 1_000; time < 4_000; time += 60) {
      sawItUp(time);
    }
    sawItDown(4_000);
    sawItDown(4_060);
    for (long time = 4_120; time < 7_000; time += 60) {
      sawItUp(time);
    }

    Availability found = about(directory, 1_000, 7_000);

    assertThat(found.conclusion().uptime()).isEqualTo(Dispute.Uptime.SEEN_DOWN);
    assertThat(found.probes()).hasSizeLessThan(30);
    assertThat(found.probes())
        .extracting(Probe::time)
        .contains(1_000L, 3_940L, 4_000L, 4_060L, 4_120L, 6_940L);
  }

  @Test
  void singleFailuresDoNotBecomeTwoInARowByLeavingOutWhatIsBetween() {
    for (long time = 1_000; time < 7_000; time += 120) {
      sawItUp(time);
      sawItDown(time + 60);
    }

    assertThat(about(directory, 1_000, 7_000).conclusion().uptime())
        .isEqualTo(Dispute.Uptime.UP_ALL_THE_TIME);
  }

  @Test
  void comparesTheBlocksThatAreNamedWithTheChain() {
    SeenBlock real = new SeenBlock(ledger.head().number(), ledger.head().hash());
    SeenBlock reorganised = new SeenBlock(real.number(), Keccak256.hashUtf8("another chain"));
    SeenBlock neverMined = new SeenBlock(Long.MAX_VALUE, Keccak256.hashUtf8("x"));

    assertThat(about(new Regular(Optional.of(real)), 100, 200).conclusion().uptime())
        .as("a beat at 10 names a block of 5000")
        .isEqualTo(Dispute.Uptime.DISPROVED);
    assertThat(about(new Regular(Optional.of(reorganised)), 100, 200).blocks()).isEmpty();
    assertThat(about(new Regular(Optional.of(neverMined)), 100, 200).blocks()).isEmpty();
  }
}
