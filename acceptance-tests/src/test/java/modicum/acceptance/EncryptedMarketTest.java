package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.file.Span;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.verification.Finding;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.orders.HttpOrderBook;
import modicum.ledger.orders.OrderBook;
import modicum.marketplace.demo.ForgingExecutor;
import modicum.marketplace.local.LocalImages;
import modicum.marketplace.local.LocalMarket;
import modicum.marketplace.local.LocalMarketOptions;
import modicum.marketplace.role.RunningRole;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs of which the directory's operator, with all its disks, learns nothing but sizes: one from
 * post to payment, and one that comes before the mediator.
 */
class EncryptedMarketTest {
  private static final String CONTENT = "canary-of-the-content-7d1c5a";
  private static final String NAME = "canary-of-the-name-91b7e2";
  private static final String FORGER = "forging-provider";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void theOperatorLearnsNothingOfTwoJobsOneOfThemDisputed() throws Exception {
    DockerEngine.assumeAnswers();
    LocalMarketOptions options =
        LocalMarketOptions.in(ProjectHome.folder(), folder.resolve("state"));
    try (LocalMarket market = LocalMarket.start(options, System.out::println);
        JobCreator jobCreator = jobCreator(market, options)) {
      jobCreator.start();

      JobStatus paid = end(jobCreator.submit(request("paid"), PackagingProgress.NONE));
      JobStatus disputed = disputed(market, jobCreator);

      assertThat(paid.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
      assertThat(paid.observation().finding()).containsInstanceOf(Finding.Right.class);
      assertThat(paid.observation().encrypted()).isTrue();
      assertThat(paid.record().output().resolve(NAME + "/out")).hasContent(CONTENT + " seen");
      MatchState.Mediation mediation = disputed.closed().orElseThrow().mediation().orElseThrow();
      assertThat(mediation.verdict()).isEqualTo(Verdict.WRONG_RESULTS);
      assertThat(mediation.faultyParty()).isEqualTo(FaultyParty.RESOURCE_PROVIDER);
      assertThat(filesWith("canary-of-the", folder.resolve("results"))).hasSize(1);
      nothingIsReadable(market.stateOf(LocalMarket.DIRECTORY));
    } finally {
      try (DockerEngine engine = DockerEngine.connect()) {
        engine.containersBelow(folder).forEach(engine::remove);
      }
    }
  }

  private static JobCreator jobCreator(LocalMarket market, LocalMarketOptions options) {
    return new JobCreator(
        market.jobCreatorAccess(LocalMarket.JOB_CREATOR),
        market.stateOf(LocalMarket.JOB_CREATOR),
        JobCreator.Options.DEFAULT.with(AgentLoop.Options.polling(options.poll())));
  }

  /** A provider that asks half of what the others ask gets the job, and runs nothing. */
  private JobStatus disputed(LocalMarket market, JobCreator jobCreator) throws Exception {
    RunningRole forger =
        market.startProvider(
            FORGER,
            LocalMarket.INSTRUCTION_PRICE / 2,
            engine -> new ForgingExecutor(engine, folder.resolve("forged")));
    try {
      OrderBook book = new HttpOrderBook(URI.create(market.market().solvers().getFirst()));
      await(
          () ->
              !market
                      .audit()
                      .balance(market.address(FORGER), market.audit().newestBlock())
                      .free()
                      .isZero()
                  && book.resourceOffers().stream()
                      .anyMatch(o -> o.offer().resourceProvider().equals(market.address(FORGER))));
      return end(jobCreator.submit(request("disputed"), PackagingProgress.NONE));
    } finally {
      forger.close();
    }
  }

  private JobRequest request(String name) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    Files.writeString(input.resolve(NAME), CONTENT);
    String script =
        "for f in /in/*; do mkdir /out/${f#/in/}; echo $(cat $f) seen > /out/${f#/in/}/out; done";
    return new JobRequest(
        LocalImages.BASE,
        List.of("sh", "-c", script),
        new TreeMap<>(),
        Optional.of(input),
        folder.resolve("results").resolve(name),
        "/out",
        1,
        CpuLevel.DEFAULT,
        new Limits(200_000, 512L << 20, 256L << 20, 1L << 30),
        Prices.of(LocalMarket.INSTRUCTION_PRICE, LocalMarket.BANDWIDTH_PRICE),
        new Span(600),
        new Span(300),
        Wei.of(1_000_000_000L),
        new VerificationPolicy.Always(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        true);
  }

  private static JobStatus end(JobHandle job) throws InterruptedException {
    return job.awaitEnd(PATIENCE).orElseThrow(() -> new AssertionError("no end of " + job.id()));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the forger's offer").isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  /** Everything that the directory and its storage keep: objects, notes, evidence, lists. */
  private static void nothingIsReadable(Path state) throws IOException {
    assertThat(filesWith("canary-of-the", state)).isEmpty();
    assertThat(filesWith("AGE-SECRET-KEY", state)).isEmpty();
    assertThat(filesWith("age-encryption.org/v1", state))
        .as(
            "the two jobs' one content, an index of each, and an index and a content of each output")
        .hasSize(7);
  }

  /** The files whose name or content has this word. */
  private static List<Path> filesWith(String word, Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = file + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (text.contains(word)) {
          found.add(file);
        }
      }
    }
    return found;
  }
}
