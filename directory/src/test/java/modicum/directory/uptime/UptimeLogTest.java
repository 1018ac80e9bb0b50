package modicum.directory.uptime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.SeenBlock;
import modicum.directory.TestKeys;
import modicum.directory.uptime.UptimeRecord.Interval;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Signer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What of a directory's beats outlives it, and what is made of them. */
class UptimeLogTest {
  private static final long DAY = 24 * 3600;
  private static final Signer DIRECTORY = TestKeys.of("directory");

  @TempDir Path folder;
  private UptimeLog log;
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(UptimeLog.class);
  private boolean wasAdditive;

  @BeforeEach
  void open() {
    wasAdditive = logger.isAdditive();
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
    lines.start();
    log = opened(50);
  }

  @AfterEach
  void close() {
    log.close();
    logger.detachAppender(lines);
    logger.setLevel(null);
    logger.setAdditive(wasAdditive);
  }

  private UptimeLog opened(long now) {
    return UptimeLog.open(folder, DIRECTORY, Duration.ofSeconds(10), now);
  }

  private void restart(long now) {
    log.close();
    log = opened(now);
  }

  private void beat(long... times) {
    for (long time : times) {
      assertThat(log.beat(time, Optional.empty())).isTrue();
    }
  }

  private UptimeRecord record(long from, long to) {
    List<UptimeRecord> pages = new ArrayList<>();
    long after = 0;
    do {
      UptimeRecord page = log.page(from, to, after).orElseThrow();
      assertThat(page.head().isSigned(TestKeys.RECOVERY)).isTrue();
      pages.add(page);
      after = page.head().beat().number();
    } while (pages.getLast().beats().size() == UptimeLog.PAGE);
    return UptimeRecord.joined(pages);
  }

  private List<Interval> between(long from, long to) {
    return record(from, to).up();
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> p.toString().endsWith(".log")).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // -------------------------------------------------------------- intervals

  @Test
  void beatsWithoutAGapAreOneInterval() {
    beat(100, 110, 121, 140);

    assertThat(between(0, 1_000)).containsExactly(new Interval(100, 150));
  }

  @Test
  void anOutageParts() {
    beat(100, 110, 131, 141);

    assertThat(between(0, 1_000)).containsExactly(new Interval(100, 120), new Interval(131, 151));
  }

  @Test
  void aRangeIsAnsweredWithinItsEnds() {
    beat(100, 110, 120, 130);

    assertThat(between(105, 125)).containsExactly(new Interval(105, 125));
    assertThat(between(141, 200)).isEmpty();
    assertThat(between(0, 99)).isEmpty();
  }

  @Test
  void aRangeBetweenTwoBeatsIsCovered() {
    beat(100, 118);

    assertThat(between(112, 115)).containsExactly(new Interval(112, 115));
  }

  @Test
  void midnightIsNoGap() {
    beat(DAY - 5, DAY + 5);

    assertThat(between(DAY - 5, DAY + 10)).containsExactly(new Interval(DAY - 5, DAY + 10));
    assertThat(files()).hasSize(2);
  }

  @Test
  void aRecordIsOfTheRangeAndTheBeatsAroundItAndNoMore() {
    beat(100, 110, 120, 130, 140, 150);

    assertThat(record(115, 125).beats()).extracting(Beat::time).containsExactly(110L, 120L, 130L);
    assertThat(record(0, 10).beats()).extracting(Beat::time).containsExactly(100L);
    assertThat(record(900, 990).beats()).extracting(Beat::time).containsExactly(150L);
  }

  @Test
  void aLongRecordComesInPages() {
    long[] times = new long[200];
    for (int i = 0; i < times.length; i++) {
      times[i] = 100 + 10L * i;
    }
    beat(times);
    UptimeRecord first = log.page(0, 5_000, 0).orElseThrow();
    UptimeRecord rest = log.page(0, 5_000, 150).orElseThrow();

    assertThat(first.beats()).hasSize(200);
    assertThat(rest.beats()).hasSize(50);
    assertThat(rest.beats().getFirst().number()).isEqualTo(151);
    assertThat(rest.head()).isEqualTo(first.head());
    assertThat(log.page(0, 5_000, 200)).isEmpty();
  }

  @Test
  void nothingIsNotedWhileTheClockIsBehindTheLastBeat() {
    beat(100, 110);

    assertThat(log.beat(110, Optional.empty())).isFalse();
    assertThat(log.beat(90, Optional.empty())).isFalse();
    beat(120);
    assertThat(between(0, 1_000)).containsExactly(new Interval(100, 130));
  }

  // ------------------------------------------------------- kills and restarts

  @Test
  void theChainGoesOnOverRestartsAndDays() {
    beat(DAY - 20, DAY - 10);
    UptimeHead shown = log.head().orElseThrow();
    restart(DAY);
    assertThat(log.head()).contains(shown);
    beat(DAY, DAY + 10);
    restart(DAY + 15);
    beat(DAY + 20);

    UptimeRecord record = record(0, 3 * DAY);

    assertThat(record.beats()).extracting(Beat::number).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(record.firstMissing(List.of(shown))).isEmpty();
    assertThat(record.up()).containsExactly(new Interval(DAY - 20, DAY + 30));
    assertThat(lines.list).isEmpty();
  }

  @Test
  void aTornLastLineIsCutWhereverTheKillCame() throws Exception {
    beat(100);
    byte[] one = Files.readAllBytes(files().getFirst());
    beat(110);
    byte[] whole = Files.readAllBytes(files().getFirst());
    for (int torn = one.length; torn < whole.length; torn += 7) {
      Files.write(files().getFirst(), java.util.Arrays.copyOf(whole, torn));
      restart(115);

      assertThat(log.head().orElseThrow().beat().number()).as("%d bytes", torn).isEqualTo(1);
      assertThat(Files.readAllBytes(files().getFirst())).isEqualTo(one);
      beat(120);
      assertThat(between(0, 1_000)).containsExactly(new Interval(100, 130));
    }
    assertThat(lines.list).isEmpty();
  }

  @Test
  void aKillInAFilesFirstLineLosesNothing() throws Exception {
    beat(DAY - 10);
    log.close();
    Files.writeString(folder.resolve("chain-0001-1970-01-02.log"), "modicum upt");
    log = opened(DAY);
    beat(DAY);

    assertThat(record(0, 2 * DAY).beats()).hasSize(2);
    assertThat(lines.list).isEmpty();
  }

  /** A timer may come too late. */
  @Test
  void nothingIsNotedOnceTheFolderIsLeftToOthers() {
    beat(100);
    UptimeLog closed = log;
    restart(105);
    beat(110);

    assertThat(closed.beat(115, Optional.empty())).isFalse();
    restart(120);
    assertThat(record(0, 1_000).beats()).hasSize(2);
  }

  @Test
  void twoDoNotWriteOneChain() {
    assertThatThrownBy(() -> opened(60))
        .isInstanceOf(DirectoryUnavailable.class)
        .hasMessageContaining("another directory");
  }

  /** The device takes no byte, as a full disk. */
  @Test
  void aBeatThatTheDiskDoesNotTakeIsNoPartOfTheChain() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    beat(DAY - 10);
    Path tomorrow = folder.resolve("chain-0001-1970-01-02.log");
    Files.createSymbolicLink(tomorrow, full);
    UptimeHead before = log.head().orElseThrow();

    assertThatThrownBy(() -> log.beat(DAY, Optional.empty()))
        .isInstanceOf(java.io.UncheckedIOException.class);
    assertThat(log.head()).contains(before);
    Files.delete(tomorrow);
    beat(DAY + 10);
    restart(DAY + 15);

    assertThat(record(0, 2 * DAY).beats()).extracting(Beat::number).containsExactly(1L, 2L);
    assertThat(lines.list).isEmpty();
  }

  // ------------------------------------------------------------------ damage

  private void assertNewChainAfter(long number) {
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.ERROR);
              assertThat(line.getFormattedMessage()).contains("damaged", "A new chain begins");
            });
    beat(500, 510);
    UptimeRecord record = record(0, 1_000);
    assertThat(record.up()).containsExactly(new Interval(500, 520));
    assertThat(record.head().beat().number()).isEqualTo(2);
    assertThat(record.head().chain().after().orElseThrow().number()).isEqualTo(number);
  }

  @Test
  void anEditedBeatEndsTheChainAloud() throws Exception {
    beat(100, 110, 150, 160);
    UptimeChain before = log.head().orElseThrow().chain();
    Path file = files().getFirst();
    Files.writeString(file, Files.readString(file).replace("\n3 150 ", "\n3 120 "));
    restart(490);

    assertNewChainAfter(2);
    assertThat(log.head().orElseThrow().chain().after().orElseThrow().chain())
        .isEqualTo(before.id());
    assertThat(Files.readString(file)).as("it is left as it is").contains("\n3 120 ");
  }

  @Test
  void aBeatTakenOutOrPutInEndsTheChainAloud() throws Exception {
    beat(100, 110, 120);
    Path file = files().getFirst();
    List<String> all = new ArrayList<>(Files.readAllLines(file));
    all.remove(2);
    Files.write(file, all);
    restart(490);

    assertNewChainAfter(1);
  }

  @Test
  void aDayThatIsGoneEndsTheChainAloud() throws Exception {
    beat(100, DAY + 100, 2 * DAY + 100);
    Files.delete(files().get(1));
    restart(3 * DAY);

    assertThat(lines.list.getFirst().getFormattedMessage()).contains("where the file before");
  }

  @Test
  void bytesThatAreNoTextEndTheChainAloud() throws Exception {
    beat(100, 110);
    byte[] noise = new byte[5_000];
    java.util.Arrays.fill(noise, (byte) 0xfe);
    Files.write(files().getFirst(), noise, StandardOpenOption.APPEND);
    restart(490);

    assertNewChainAfter(2);
  }

  @Test
  void aNewChainIsNotBrokenByTheOldOne() throws Exception {
    beat(100);
    Files.writeString(files().getFirst(), "nonsense\n");
    restart(490);
    beat(500);
    lines.list.clear();
    restart(505);
    beat(510);

    assertThat(between(0, 1_000)).containsExactly(new Interval(500, 520));
    assertThat(lines.list).isEmpty();
  }

  @Test
  void anotherPeriodIsAnotherChain() {
    beat(100);
    log.close();
    log = UptimeLog.open(folder, DIRECTORY, Duration.ofSeconds(30), 200);

    beat(210);

    assertThat(log.head().orElseThrow().chain().after().orElseThrow().number()).isEqualTo(1);
    assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void oldDaysGoAndTheRestCanBeVerified() {
    beat(100, DAY + 100, 46 * DAY + 100, 46 * DAY + 110);
    assertThat(files()).hasSize(2);
    restart(46 * DAY + 120);

    UptimeRecord record = record(45 * DAY, 47 * DAY);
    assertThat(record.beats()).extracting(Beat::number).containsExactly(2L, 3L, 4L);
    assertThat(lines.list).isEmpty();
  }

  // --------------------------------------------------------------- heartbeat

  @Test
  void beatsOnlyWhileTheStorageAnswers() {
    AtomicLong now = new AtomicLong(100);
    AtomicBoolean available = new AtomicBoolean(true);
    try (Heartbeat heartbeat = new Heartbeat(log, now::get, available::get, Optional::empty)) {
      heartbeat.beat();
      available.set(false);
      now.set(130);
      heartbeat.beat();
      available.set(true);
      now.set(160);
      heartbeat.beat();
    }

    assertThat(between(0, 1_000)).containsExactly(new Interval(100, 110), new Interval(160, 170));
  }

  @Test
  void aBeatNamesTheNewestBlockOnceAMinute() {
    AtomicLong now = new AtomicLong(100);
    try (Heartbeat heartbeat =
        new Heartbeat(log, now::get, () -> true, () -> Optional.of(block(now.get())))) {
      for (; now.get() <= 230; now.addAndGet(10)) {
        heartbeat.look();
        heartbeat.beat();
      }
    }

    assertThat(record(0, 1_000).beats().stream().flatMap(b -> b.block().stream()))
        .containsExactly(block(100), block(160), block(220));
  }

  @Test
  void aLedgerThatIsAwayStopsNoBeat() {
    AtomicLong now = new AtomicLong(100);
    try (Heartbeat heartbeat =
        new Heartbeat(
            log,
            now::get,
            () -> true,
            () -> {
              throw new DirectoryUnavailable("away");
            })) {
      heartbeat.look();
      heartbeat.beat();
    }

    assertThat(between(0, 1_000)).containsExactly(new Interval(100, 110));
  }

  private static SeenBlock block(long number) {
    Bytes32 hash = Keccak256.hashUtf8("block " + number);
    return new SeenBlock(number, hash);
  }
}
