package modicum.directory.uptime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.SeenBlock;
import modicum.directory.TestKeys;
import modicum.directory.uptime.UptimeRecord.Interval;
import modicum.directory.wire.Messages.Uptime;
import modicum.directory.wire.UptimeMessages;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Signer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a directory's record proves to whoever reads it. */
class UptimeRecordTest {
  private static final Signer DIRECTORY = TestKeys.of("directory");
  private static final Signer MALLORY = TestKeys.of("mallory");
  private static final UptimeChain CHAIN =
      new UptimeChain(DIRECTORY.address(), 90, 10, Optional.empty());

  private static UptimeRecord record(long... times) {
    return record(CHAIN, DIRECTORY, times);
  }

  private static UptimeRecord record(UptimeChain chain, Signer signer, long... times) {
    List<Beat> beats = new ArrayList<>();
    Bytes32 previous = chain.id();
    Bytes32 hash = chain.id();
    for (long time : times) {
      Beat beat = new Beat(beats.size() + 1L, time, Optional.empty());
      beats.add(beat);
      previous = hash;
      hash = beat.hash(hash);
    }
    UptimeHead head = UptimeHead.signed(signer, chain, beats.getLast(), previous);
    return new UptimeRecord(0, 1_000, chain.id(), beats, head);
  }

  private static Uptime wire(UptimeRecord record) {
    return UptimeMessages.of(record, false);
  }

  private static UptimeRecord read(Uptime message) {
    return UptimeMessages.read(message, 1_000);
  }

  private static Uptime with(Uptime message, long first, String before, String beats) {
    return new Uptime(
        message.chain(),
        message.from(),
        message.to(),
        first,
        before,
        beats,
        message.signature(),
        false);
  }

  @Test
  void isTheSameAfterItsWayAsAMessage() {
    List<Beat> beats =
        List.of(
            new Beat(7, 100, Optional.of(new SeenBlock(5, Keccak256.hashUtf8("five")))),
            new Beat(8, 110, Optional.empty()),
            new Beat(9, 120, Optional.empty()),
            new Beat(10, 130, Optional.empty()),
            new Beat(11, 150, Optional.of(new SeenBlock(6, Keccak256.hashUtf8("six")))),
            new Beat(12, 170, Optional.empty()));
    Bytes32 before = Keccak256.hashUtf8("what was before");
    UptimeChain after =
        new UptimeChain(
            DIRECTORY.address(),
            90,
            10,
            Optional.of(new UptimeChain.Break(CHAIN.id(), 3, Keccak256.hashUtf8("3"))));
    UptimeHead head =
        UptimeHead.signed(
            DIRECTORY, after, beats.getLast(), UptimeRecord.previousOfLast(before, beats));
    UptimeRecord record = new UptimeRecord(90, 200, before, beats, head);

    assertThat(read(wire(record))).isEqualTo(record);
    assertThat(UptimeMessages.read(UptimeMessages.of(head))).isEqualTo(head);
    assertThat(wire(record).beats()).hasSizeLessThan(200).contains("+10*3 +20@6:");
  }

  @Test
  void aDayOfRegularBeatsIsShort() {
    long[] times = new long[8_640];
    for (int i = 0; i < times.length; i++) {
      times[i] = 100 + 10L * i;
    }
    UptimeRecord record = record(times);

    assertThat(wire(record).beats()).isEqualTo("+100 +10*8639");
    assertThat(UptimeMessages.read(wire(record), 10_000)).isEqualTo(record);
  }

  @Test
  void itsIntervalsAreComputedByWhoReadsIt() {
    assertThat(read(wire(record(100, 110, 150, 160))).up())
        .containsExactly(new Interval(100, 120), new Interval(150, 170));
  }

  @Test
  void isOnlyWhatTheDirectorySigned() {
    assertThat(record(100).head().isSigned(TestKeys.RECOVERY)).isTrue();
    assertThat(record(CHAIN, MALLORY, 100).head().isSigned(TestKeys.RECOVERY)).isFalse();
    Uptime message = wire(record(100, 110, 130));
    String other = wire(record(100, 110)).signature();
    Uptime forged =
        new Uptime(message.chain(), 0, 1_000, 1, message.before(), message.beats(), other, false);

    assertThat(read(forged).head().isSigned(TestKeys.RECOVERY)).isFalse();
  }

  @Test
  void aBeatThatWasMovedPutInOrLeftOutIsNotWhatWasSigned() {
    Uptime honest = wire(record(100, 110, 150));
    for (String beats :
        List.of("+100 +11 +39", "+100 +10 +10 +30", "+100 +50", "+100 +10", "+110 +40")) {
      UptimeRecord edited = read(with(honest, 1, honest.before(), beats));
      assertThat(edited.head().isSigned(TestKeys.RECOVERY)).as(beats).isFalse();
    }
    UptimeRecord renumbered = read(with(honest, 2, honest.before(), honest.beats()));
    assertThat(renumbered.head().isSigned(TestKeys.RECOVERY)).isFalse();
  }

  @Test
  void aRecordWhoseBeatsDoNotLeadToItsHeadIsNone() {
    UptimeRecord honest = record(100, 110, 150);
    UptimeHead other = record(100, 120, 150).head();

    assertThatThrownBy(() -> new UptimeRecord(0, 1_000, honest.before(), honest.beats(), other))
        .hasMessageContaining("do not lead to the head");
    assertThatThrownBy(
            () ->
                new UptimeRecord(0, 1_000, Keccak256.hashUtf8("x"), honest.beats(), honest.head()))
        .hasMessageContaining("another chain's beginning");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "+",
        "100",
        "+100  +10",
        "+100 -10",
        "+100 +0",
        "+100 +10*0",
        "+100 +10*1001",
        "+100 +10*99999999999",
        "+100 +999999999999 +999999999999",
        "+100 +10@1",
        "+100 +10@1:00",
        "+100 +10*2@1:00",
        "+100\n+10"
      })
  void hostileBeatsAreRefusedClearly(String beats) {
    Uptime honest = wire(record(100, 110));

    assertThatThrownBy(() -> read(with(honest, 1, honest.before(), beats)))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n"));
  }

  @Test
  void endlessBeatsAreRefused() {
    Uptime honest = wire(record(100, 110));
    String endless = "+100 " + "+1 ".repeat(2_000) + "+1";

    assertThatThrownBy(() -> read(with(honest, 1, honest.before(), endless)))
        .hasMessageContaining("more than 1000 beats");
    assertThatThrownBy(() -> read(with(honest, Long.MAX_VALUE, honest.before(), honest.beats())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPeriodThatLetsADirectorySleepIsRefused() {
    assertThatThrownBy(() -> new UptimeChain(DIRECTORY.address(), 0, 3600, Optional.empty()))
        .hasMessageContaining("1 to 60 seconds");
  }

  @Test
  void pagesThatDoNotGoOnFromEachOtherAreNoRecord() {
    UptimeRecord first = record(100, 110);
    UptimeRecord all = record(100, 110, 120);
    UptimeRecord second =
        new UptimeRecord(0, 1_000, first.head().hash(), all.beats().subList(2, 3), all.head());

    assertThat(UptimeRecord.joined(List.of(first, second))).isEqualTo(all);
    assertThatThrownBy(() -> UptimeRecord.joined(List.of(first, all)))
        .hasMessageContaining("does not go on");
    assertThatThrownBy(() -> UptimeRecord.joined(List.of(record(100, 111), second)))
        .hasMessageContaining("does not go on");
  }

  // ------------------------------------------------------------ two pasts

  @Test
  void twoPastsOfOneChainAreAProofAgainstTheDirectory() {
    UptimeHead shown = record(100, 110, 200).head();
    UptimeRecord rewritten = record(100, 110, 120, 130, 200);
    Equivocation proof = new Equivocation(shown, rewritten);

    assertThat(rewritten.firstMissing(List.of(shown))).contains(shown);
    assertThat(proof.isProven(TestKeys.RECOVERY)).isTrue();
    assertThat(Equivocation.of(shown, record(100, 110, 120).head()).isProven(TestKeys.RECOVERY))
        .isTrue();
  }

  /** Beats that were put in push the others to higher numbers: a short record is enough. */
  @Test
  void aRecordAroundTheTimeOfTheHeadIsProofEnough() {
    UptimeHead shown = record(100, 110, 200).head();
    UptimeRecord all = record(100, 110, 120, 130, 140, 200, 210);
    UptimeRecord around =
        new UptimeRecord(
            200,
            200,
            UptimeRecord.previousOfLast(all.before(), all.beats().subList(0, 6)),
            all.beats().subList(5, 7),
            all.head());

    assertThat(new Equivocation(shown, around).isProven(TestKeys.RECOVERY)).isTrue();
  }

  @Test
  void aRecordThatEndsBeforeTheHeadIsNoProofYet() {
    UptimeHead shown = record(100, 110, 200).head();

    assertThat(new Equivocation(shown, record(100, 110)).isProven(TestKeys.RECOVERY)).isFalse();
    assertThat(new Equivocation(shown, record(100, 210)).isProven(TestKeys.RECOVERY)).isTrue();
  }

  @Test
  void nobodyButTheDirectoryCanMakeThatProof() {
    UptimeHead shown = record(100, 110, 200).head();
    UptimeRecord forged = record(CHAIN, MALLORY, 100, 110, 120);
    UptimeRecord ofMallory =
        record(
            new UptimeChain(MALLORY.address(), 90, 10, Optional.empty()), MALLORY, 100, 110, 120);
    UptimeRecord grown = record(100, 110, 200, 210);

    assertThat(new Equivocation(shown, forged).isProven(TestKeys.RECOVERY)).isFalse();
    assertThat(new Equivocation(forged.head(), grown).isProven(TestKeys.RECOVERY)).isFalse();
    assertThat(new Equivocation(shown, ofMallory).isProven(TestKeys.RECOVERY)).isFalse();
    assertThat(new Equivocation(shown, grown).isProven(TestKeys.RECOVERY)).isFalse();
    assertThat(grown.firstMissing(List.of(shown))).isEmpty();
  }

  @Test
  void aHeadOfAnotherChainIsMissing() {
    UptimeHead shown = record(100, 110).head();
    UptimeChain next =
        new UptimeChain(
            DIRECTORY.address(),
            300,
            10,
            Optional.of(new UptimeChain.Break(CHAIN.id(), 2, shown.hash())));
    UptimeRecord record = record(next, DIRECTORY, 310, 320);

    assertThat(record.firstMissing(List.of(shown))).contains(shown);
    assertThat(new Equivocation(shown, record).isProven(TestKeys.RECOVERY))
        .as("a break is owned up to, no equivocation")
        .isFalse();
  }
}
