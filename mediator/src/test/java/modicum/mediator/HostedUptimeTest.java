package modicum.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.MatchAccess;
import modicum.directory.MatchRegister;
import modicum.directory.SeenBlock;
import modicum.directory.access.AccessRules;
import modicum.directory.app.DirectoryService;
import modicum.directory.app.DirectoryServiceConfig;
import modicum.directory.client.HostedDirectory;
import modicum.directory.retention.Retention;
import modicum.directory.s3.EmbeddedS3Server;
import modicum.directory.transfer.Retry;
import modicum.directory.uptime.Equivocation;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeLog;
import modicum.directory.uptime.UptimeUnproven;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.memory.InMemoryLedger;
import modicum.ledger.memory.InMemorySigner;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.Probe.Outcome;
import modicum.mediator.probe.ProbeLog;
import modicum.mediator.probe.Probes;
import modicum.protocol.identity.Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mediator's probes of a running directory service over a running S3 server. */
class HostedUptimeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final InMemorySigner DORA = InMemorySigner.named("dora");
  private static final InMemorySigner MIA = InMemorySigner.named("mia");

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(10_000);
  private final InMemoryChain chain = new InMemoryChain(TestMarket.PARAMETERS, 10_000);
  private final InMemoryLedger ledger = chain.ledger("mia");
  private EmbeddedS3Server s3;
  private DirectoryService service;
  private HostedDirectory client;
  private ProbeLog log;

  @BeforeAll
  static void bridgeLogs() {
    TestLogs.bridge();
  }

  @BeforeEach
  void start() throws Exception {
    s3 = EmbeddedS3Server.start(folder.resolve("storage"));
    startService();
    log = ProbeLog.open(folder.resolve("probes"), now.get());
    awaitBeatAt(now.get());
  }

  private void startService() {
    service =
        DirectoryService.start(
            new DirectoryServiceConfig(
                "127.0.0.1",
                0,
                DORA,
                InMemorySigner.RECOVERY,
                new Everybody(),
                s3.settings(),
                folder.resolve("dora"),
                now::get,
                new DirectoryServiceConfig.Limits(
                    AccessRules.DEFAULT_GRACE,
                    1 << 20,
                    Duration.ofMinutes(1),
                    PERIOD,
                    Duration.ofSeconds(120),
                    1 << 30,
                    Retention.DEFAULT,
                    Duration.ofHours(1))));
    client =
        new HostedDirectory(
            new HostedDirectory.Connection(
                service.endpoint(), DORA.address(), MIA, InMemorySigner.RECOVERY),
            new Retry(2, Duration.ZERO, Duration.ZERO, d -> {}),
            now::get);
  }

  @AfterEach
  void stop() {
    stopService();
    s3.close();
  }

  private void stopService() {
    client.close();
    service.close();
  }

  /** A ledger on which everyone is registered. */
  private final class Everybody implements MatchRegister {
    @Override
    public Standing standingOf(Address account) {
      return Standing.REGISTERED;
    }

    @Override
    public List<MatchAccess> matchesOf(Address party) {
      return List.of();
    }

    @Override
    public List<MatchAccess> matches() {
      return List.of();
    }

    @Override
    public long blockTime() {
      return ledger.head().time();
    }

    @Override
    public Optional<SeenBlock> newestBlock() {
      return Optional.of(new SeenBlock(ledger.head().number(), ledger.head().hash()));
    }
  }

  private Probe probe() throws InterruptedException {
    return new Probes(List.of(DORA.address()), address -> client, ledger, now::get, log)
        .round()
        .getFirst();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(50);
    }
  }

  private OptionalLong lastBeat() {
    try {
      return OptionalLong.of(client.head().beat().time());
    } catch (DirectoryUnavailable | UptimeUnproven none) {
      return OptionalLong.empty();
    }
  }

  private void awaitBeatAt(long time) throws InterruptedException {
    await(() -> lastBeat().equals(OptionalLong.of(time)));
  }

  private long later(long seconds) {
    chain.advance(seconds);
    return now.addAndGet(seconds);
  }

  /** Beats a second apart, as the running service makes them by its own timer. */
  private void beatOn(int seconds) throws InterruptedException {
    for (int i = 0; i < seconds; i++) {
      awaitBeatAt(later(1));
    }
  }

  private Availability about(long from, long to) {
    return new UptimeInquiry(client, DORA.address(), ledger, log).about(from, to);
  }

  /** What an operator with bad intent does: the outage's beats are made up afterwards. */
  private void forgeSince(long time) throws IOException {
    Path uptime = folder.resolve("dora/uptime");
    Path file;
    try (Stream<Path> all = Files.list(uptime)) {
      file = all.filter(p -> p.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    List<String> kept =
        Files.readAllLines(file).stream()
            .filter(l -> l.startsWith("modicum") || Long.parseLong(l.split(" ")[1]) < time)
            .toList();
    Files.write(file, kept);
    try (UptimeLog forged = UptimeLog.open(uptime, DORA, PERIOD, now.get())) {
      for (long t = time; t <= now.get(); t++) {
        forged.beat(t, Optional.empty());
      }
    }
  }

  @Test
  void aDirectoryThatIsUpPassesProbesAndIsFoundUp() throws Exception {
    long start = now.get();
    assertThat(probe().outcome()).isEqualTo(Outcome.ANSWERED);
    beatOn(3);
    Probe second = probe();

    Availability found = about(start, now.get());

    assertThat(second.head().orElseThrow().isSigned(InMemorySigner.RECOVERY)).isTrue();
    assertThat(found.conclusion().uptime()).isEqualTo(Dispute.Uptime.UP_ALL_THE_TIME);
    assertThat(found.blocks()).as("compared with the chain").isNotEmpty();
  }

  @Test
  void anOutageThatIsWrittenOverAfterwardsIsFoundOut() throws Exception {
    long start = now.get();
    probe();
    stopService();
    long outage = later(1);
    later(30);
    assertThat(probe().outcome()).isEqualTo(Outcome.DOWN);
    later(9);
    startService();
    awaitBeatAt(now.get());
    UptimeHead witnessed = probe().head().orElseThrow();
    assertThat(about(start, now.get()).conclusion().uptime())
        .as("an honest directory owns up")
        .isEqualTo(Dispute.Uptime.DOWN_AT_TIMES);

    stopService();
    forgeSince(outage);
    startService();
    awaitBeatAt(now.get());
    Availability found = about(start, now.get());

    assertThat(found.record().orElseThrow().wasUp(start, now.get()))
        .as("what it now says by itself")
        .isTrue();
    assertThat(found.conclusion().uptime()).isEqualTo(Dispute.Uptime.DISPROVED);
    assertThat(
            new Equivocation(witnessed, found.record().orElseThrow())
                .isProven(InMemorySigner.RECOVERY))
        .isTrue();
  }

  /** The service beats on, since its storage answers it; but nobody gets the object. */
  @Test
  void aStorageThatGivesNothingIsSeenThoughTheRecordSaysUp() throws Exception {
    long start = now.get();
    probe();
    spoilEveryObject();
    beatOn(1);
    assertThat(probe().why()).contains("probe object");
    beatOn(1);
    assertThat(probe().outcome()).isEqualTo(Outcome.DOWN);
    beatOn(1);

    Availability found = about(start, now.get());

    assertThat(found.record().orElseThrow().wasUp(start, now.get())).isTrue();
    assertThat(found.conclusion().uptime()).isEqualTo(Dispute.Uptime.SEEN_DOWN);
  }

  private void spoilEveryObject() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("storage"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (new String(bytes, java.nio.charset.StandardCharsets.US_ASCII).contains("probe obj")) {
          bytes[0] ^= 1;
          Files.write(file, bytes);
        }
      }
    }
  }
}
