package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import modicum.directory.s3.EmbeddedS3Server;
import modicum.directory.s3.S3Line;
import modicum.directory.s3.S3Settings;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.MarketAccess;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.file.Span;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.agent.AgentLoop;
import modicum.marketplace.local.LocalImages;
import modicum.marketplace.local.LocalMarket;
import modicum.marketplace.local.LocalMarketOptions;
import modicum.marketplace.role.DirectorySettings;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What trouble with the storage does to a match: the right status, and nobody loses anything. */
class StorageTroubleTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String PROVIDER = LocalMarket.PROVIDER + 1;
  private static final long DEADLINE = 600;

  /** Of a provider, seconds: then it gives up what is not done. */
  private static final long POSTING_RESERVE = 15;

  @TempDir static Path folder;
  private static EmbeddedS3Server server;
  private static S3Line line;
  private static LocalMarket market;
  private static MarketAccess access;
  private static JobCreator jobCreator;

  /** Where the provider puts what it fetches. */
  private static Path disk;

  private static boolean diskIsSmall;

  @BeforeAll
  static void openAMarket() throws Exception {
    DockerEngine.assumeAnswers();
    server = EmbeddedS3Server.start(folder.resolve("s3"));
    line = new S3Line(server.settings());
    S3Settings s3 = line.settings();
    String endpoint = s3.endpoint().toString();
    LocalMarketOptions options =
        LocalMarketOptions.in(ProjectHome.folder(), folder.resolve("state"))
            .withProviders(1)
            .storingIn(
                new DirectorySettings.S3(
                    endpoint, endpoint, s3.region(), s3.accessKey(), s3.secretKey(), s3.bucket()));
    disk = Files.createDirectories(options.state().resolve(PROVIDER).resolve("jobs"));
    diskIsSmall = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString());
    market = LocalMarket.start(options, System.out::println);
    access = market.jobCreatorAccess(LocalMarket.JOB_CREATOR);
    jobCreator =
        new JobCreator(
            access,
            market.stateOf(LocalMarket.JOB_CREATOR),
            JobCreator.Options.DEFAULT.with(AgentLoop.Options.polling(options.poll())));
    jobCreator.start();
  }

  @AfterAll
  static void closeTheMarket() throws Exception {
    if (jobCreator != null) {
      jobCreator.close();
    }
    if (market != null) {
      market.close();
      try (DockerEngine engine = DockerEngine.connect()) {
        engine.containersBelow(folder).forEach(engine::remove);
      }
    }
    if (diskIsSmall) {
      run("umount", disk.toString());
    }
    if (line != null) {
      line.close();
      server.close();
    }
  }

  @BeforeEach
  void aGoodLine() {
    line.comeUp();
    line.slowTo(Long.MAX_VALUE);
  }

  @Test
  void aMinuteWithoutStorageIsWaitedFor() throws Exception {
    JobHandle job = submit("minute", "sleep 5; echo done > /out/f", Optional.empty());
    await(job, "the match", status -> status.match().isPresent());
    line.goDown();
    Thread.sleep(Duration.ofSeconds(60));
    assertThat(job.status().orElseThrow().closed()).as("still waited for").isEmpty();
    line.comeUp();

    JobStatus end = awaitEnd(job);

    assertThat(result(end).status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(end.isAccepted()).isTrue();
    assertThat(job.record().output().resolve("f")).hasContent("done\n");
  }

  @Test
  void anOutputThatCannotBePutInTimeIsGivenUpAndCostsNobodyTheDeposit() throws Exception {
    JobHandle job = submit("slow", "head -c 4000000 /dev/zero > /out/f; sleep 3", Optional.empty());
    await(job, "the match", status -> status.match().isPresent());
    awaitRunOf(job);
    line.slowTo(1024);
    Thread.sleep(Duration.ofSeconds(8));
    assertThat(job.status().orElseThrow().match().orElseThrow().state())
        .as("the output is on its way")
        .isInstanceOf(MatchState.AwaitingResult.class);
    passTimeToJustBeforeTheDeadline(job);

    JobStatus end = awaitEnd(job);

    assertGivenUp(end);
  }

  @Test
  void aProviderWithAFullDiskGivesTheJobUpInTime() throws Exception {
    assumeTrue(diskIsSmall, "skipped: this user may not mount a small disk");
    Path input = Files.createDirectories(folder.resolve("large-input"));
    byte[] large = new byte[32 << 20];
    new Random(3).nextBytes(large);
    Files.write(input.resolve("large"), large);
    JobHandle job = submit("full", "cp /in/large /out/f", Optional.of(input));
    await(job, "the match", status -> status.match().isPresent());
    Thread.sleep(Duration.ofSeconds(5));
    assertThat(job.status().orElseThrow().match().orElseThrow().state())
        .as("tried again while there is time")
        .isInstanceOf(MatchState.AwaitingResult.class);
    passTimeToJustBeforeTheDeadline(job);

    JobStatus end = awaitEnd(job);

    assertGivenUp(end);
  }

  // ----------------------------------------------------------------- story

  private static JobHandle submit(String name, String script, Optional<Path> input)
      throws InterruptedException {
    return jobCreator.submit(
        new JobRequest(
            LocalImages.BASE,
            List.of("sh", "-c", script),
            new TreeMap<>(),
            input,
            folder.resolve("results").resolve(name),
            "/out",
            1,
            CpuLevel.DEFAULT,
            new Limits(20_000, 64L << 20, 64L << 20, 256L << 20),
            Prices.of(LocalMarket.INSTRUCTION_PRICE, LocalMarket.BANDWIDTH_PRICE),
            new Span(DEADLINE),
            new Span(300),
            Wei.of(1_000_000_000L),
            new VerificationPolicy.None(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            false),
        PackagingProgress.NONE);
  }

  private static void await(JobHandle job, String what, Predicate<JobStatus> condition)
      throws InterruptedException {
    await(what, () -> job.status().filter(condition).isPresent());
  }

  /** Waits for a container of the provider's. */
  private static void awaitRunOf(JobHandle job) throws InterruptedException {
    try (DockerEngine engine = DockerEngine.connect()) {
      await("the run of " + job.id(), () -> !engine.containersBelow(folder).isEmpty());
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  private static JobStatus awaitEnd(JobHandle job) throws InterruptedException {
    return job.awaitEnd(PATIENCE).orElseThrow(() -> new AssertionError("no end of " + job.id()));
  }

  private static void passTimeToJustBeforeTheDeadline(JobHandle job) {
    long deadline = job.status().orElseThrow().match().orElseThrow().terms().completionDeadline();
    long now = access.ledger().head().time();
    market.node().increaseTime(deadline - POSTING_RESERVE - now);
  }

  private static Result result(JobStatus end) {
    return end.match().orElseThrow().state().postedResult().orElseThrow();
  }

  /** Each gets its deposit back, but for what the match itself cost. */
  private static void assertGivenUp(JobStatus end) {
    MatchState.Closed closed = end.closed().orElseThrow();
    Settlement settlement = closed.settlement();
    Match match = end.match().orElseThrow();
    assertThat(result(end).status()).isEqualTo(ResultStatus.DECLINED);
    assertThat(closed.reason()).isEqualTo(ClosingReason.ACCEPTED);
    assertThat(settlement.sink()).isEqualTo(Wei.ZERO);
    assertThat(settlement.jobCreator())
        .as(match.toString())
        .isEqualTo(settlement.resourceProvider());
  }

  private static boolean run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }
}
