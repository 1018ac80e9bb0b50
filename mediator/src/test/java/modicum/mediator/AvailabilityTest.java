package modicum.mediator;

import static modicum.mediator.Dispute.Uptime.DISPROVED;
import static modicum.mediator.Dispute.Uptime.DOWN_AT_TIMES;
import static modicum.mediator.Dispute.Uptime.SEEN_DOWN;
import static modicum.mediator.Dispute.Uptime.UP_ALL_THE_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.SeenBlock;
import modicum.directory.uptime.Beat;
import modicum.directory.uptime.UptimeChain;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.ledger.memory.InMemorySigner;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.Probe.Outcome;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import org.junit.jupiter.api.Test;

/** What a mediator concludes from a directory's record and its own probes. */
class AvailabilityTest {
  private static final InMemorySigner DORA = InMemorySigner.named("dora");
  private static final UptimeChain CHAIN =
      new UptimeChain(DORA.address(), 90, 10, Optional.empty());
  private static final SeenBlock BLOCK = new SeenBlock(7, Keccak256.hashUtf8("seven"));

  private static UptimeRecord record(long... times) {
    return record(Optional.empty(), times);
  }

  private static UptimeRecord record(Optional<SeenBlock> block, long... times) {
    List<Beat> beats = new ArrayList<>();
    for (long time : times) {
      beats.add(new Beat(beats.size() + 1L, time, block.filter(b -> beats.isEmpty())));
    }
    Bytes32 previous = UptimeRecord.previousOfLast(CHAIN.id(), beats);
    UptimeHead head = UptimeHead.signed(DORA, CHAIN, beats.getLast(), previous);
    return new UptimeRecord(100, 400, CHAIN.id(), beats, head);
  }

  private static UptimeRecord upFrom100To400() {
    long[] times = new long[31];
    for (int i = 0; i < times.length; i++) {
      times[i] = 100 + 10L * i;
    }
    return record(times);
  }

  private static Probe probe(long time, Outcome outcome) {
    Optional<UptimeHead> head =
        outcome == Outcome.ANSWERED ? Optional.of(headAt(time)) : Optional.empty();
    return new Probe(time, DORA.address(), outcome, head, head.isPresent() ? "" : "no answer");
  }

  /** Of the honest chain: the last beat at that time. */
  private static UptimeHead headAt(long time) {
    List<Beat> beats = upFrom100To400().beats().stream().filter(b -> b.time() <= time).toList();
    return UptimeHead.signed(
        DORA, CHAIN, beats.getLast(), UptimeRecord.previousOfLast(CHAIN.id(), beats));
  }

  private static Availability.Conclusion about(UptimeRecord record, Probe... probes) {
    return new Availability(200, 300, Optional.of(record), "", List.of(), List.of(probes))
        .conclusion();
  }

  @Test
  void withoutProbesTheRecordAloneDecides() {
    assertThat(about(upFrom100To400()).uptime()).isEqualTo(UP_ALL_THE_TIME);
    assertThat(about(record(100, 110, 290, 300)).uptime()).isEqualTo(DOWN_AT_TIMES);
  }

  @Test
  void aRecordThatProvesNothingIsWorthNothing() {
    Availability.Conclusion conclusion =
        new Availability(200, 300, Optional.empty(), "not signed", List.of(), List.of())
            .conclusion();

    assertThat(conclusion.uptime()).isEqualTo(DISPROVED);
    assertThat(conclusion.why()).contains("not signed");
  }

  @Test
  void aSingleFailedProbeIsNotEnough() {
    assertThat(
            about(
                    upFrom100To400(),
                    probe(200, Outcome.ANSWERED),
                    probe(230, Outcome.DOWN),
                    probe(260, Outcome.ANSWERED),
                    probe(290, Outcome.DOWN))
                .uptime())
        .isEqualTo(UP_ALL_THE_TIME);
  }

  @Test
  void twoInARowAre() {
    Availability.Conclusion conclusion =
        about(
            upFrom100To400(),
            probe(200, Outcome.ANSWERED),
            probe(230, Outcome.DOWN),
            probe(260, Outcome.DOWN));

    assertThat(conclusion.uptime()).isEqualTo(SEEN_DOWN);
    assertThat(conclusion.why()).contains("230", "260", "no answer");
  }

  @Test
  void twoInARowOfWhichOneIsOutsideTheTimeAreNot() {
    assertThat(about(upFrom100To400(), probe(199, Outcome.DOWN), probe(200, Outcome.DOWN)).uptime())
        .isEqualTo(UP_ALL_THE_TIME);
    assertThat(about(upFrom100To400(), probe(300, Outcome.DOWN), probe(301, Outcome.DOWN)).uptime())
        .isEqualTo(UP_ALL_THE_TIME);
  }

  @Test
  void ourOwnOutageSaysNothing() {
    assertThat(
            about(
                    upFrom100To400(),
                    probe(210, Outcome.SAYS_NOTHING),
                    probe(220, Outcome.SAYS_NOTHING),
                    probe(230, Outcome.DOWN),
                    probe(240, Outcome.SAYS_NOTHING))
                .uptime())
        .isEqualTo(UP_ALL_THE_TIME);
    assertThat(
            about(
                    upFrom100To400(),
                    probe(230, Outcome.DOWN),
                    probe(240, Outcome.SAYS_NOTHING),
                    probe(250, Outcome.DOWN))
                .uptime())
        .isEqualTo(SEEN_DOWN);
  }

  @Test
  void probesThatWereAnsweredDoNotOutweighItsOwnWord() {
    assertThat(about(record(100, 110, 290, 300), probe(110, Outcome.ANSWERED)).uptime())
        .isEqualTo(DOWN_AT_TIMES);
  }

  @Test
  void aPastWrittenAnewIsFoundOutByAHeadThatWeWereShown() {
    UptimeRecord rewritten = record(100, 110, 119, 130, 140, 200, 210, 220, 300, 310);

    Availability.Conclusion conclusion = about(rewritten, probe(150, Outcome.ANSWERED));

    assertThat(conclusion.uptime()).isEqualTo(DISPROVED);
    assertThat(conclusion.why()).contains("beat 6");
  }

  @Test
  void aRecordThatEndsBeforeAHeadThatWeWereShownIsFoundOut() {
    UptimeRecord cut = record(100, 110, 120);

    assertThat(about(cut, probe(150, Outcome.ANSWERED)).uptime()).isEqualTo(DISPROVED);
  }

  @Test
  void aClockBehindTheBlockThatABeatNamesMakesItsTimesWorthless() {
    UptimeRecord record = record(Optional.of(BLOCK), 190, 200, 210, 220, 230, 240, 250, 260, 270);
    for (long ahead : new long[] {Availability.CLOCK_TOLERANCE, Availability.CLOCK_TOLERANCE + 1}) {
      Availability.BlockTime time =
          new Availability.BlockTime(BLOCK.number(), BLOCK.hash(), 190 + ahead);
      Availability availability =
          new Availability(200, 270, Optional.of(record), "", List.of(time), List.of());

      assertThat(availability.conclusion().uptime())
          .isEqualTo(ahead > Availability.CLOCK_TOLERANCE ? DISPROVED : UP_ALL_THE_TIME);
    }
    Availability.BlockTime another =
        new Availability.BlockTime(BLOCK.number(), Keccak256.hashUtf8("x"), 9_999);
    assertThat(
            new Availability(200, 270, Optional.of(record), "", List.of(another), List.of())
                .conclusion()
                .uptime())
        .as("another hash is another chain")
        .isEqualTo(UP_ALL_THE_TIME);
  }
}
