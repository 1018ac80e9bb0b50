package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import modicum.jobcreator.JobCreator;
import modicum.jobcreator.JobHandle;
import modicum.jobcreator.JobStatus;
import modicum.jobcreator.MarketAccess;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.file.Span;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.verification.Finding;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.config.BadConfiguration;
import modicum.ledger.orders.HttpOrderBook;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.web3j.Web3jSignatures;
import modicum.marketplace.demo.ForgingExecutor;
import modicum.marketplace.local.LocalImages;
import modicum.marketplace.local.LocalMarket;
import modicum.marketplace.local.LocalMarketOptions;
import modicum.marketplace.role.MarketConnection;
import modicum.marketplace.role.RunningRole;
import modicum.mediator.Evidence;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.market.Command;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultCommitment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Honest parties agree on a job's result to the bit, so that who forges one is found out by running
 * the job again, and only by that.
 */
class ForgerTest {
  private static final String FORGER = "forging-provider";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int EVIDENCE_BYTES = 1 << 20;
  private static final VerificationPolicy ALWAYS = new VerificationPolicy.Always();
  private static final VerificationPolicy NEVER = new VerificationPolicy.None();

  /** A band of a picture, as in the demo, and a whole picture of the size of a stamp. */
  private static final List<String> BAND = List.of("render-tile", "400", "300", "1", "150");

  private static final List<String> STAMP = List.of("render-tile", "80", "60", "1", "60");

  @TempDir static Path folder;
  private static LocalMarket market;
  private static MarketAccess access;
  private static JobCreator jobCreator;
  private static OrderBook orderBook;

  @BeforeAll
  static void openAMarket() throws InterruptedException {
    DockerEngine.assumeAnswers();
    new LocalImages(ProjectHome.folder(), System.out::println).buildRender();
    market = LocalMarket.start(options(), System.out::println);
    access = market.jobCreatorAccess(LocalMarket.JOB_CREATOR);
    jobCreator =
        new JobCreator(
            access,
            market.stateOf(LocalMarket.JOB_CREATOR),
            JobCreator.Options.DEFAULT.with(AgentLoop.Options.polling(options().poll())));
    jobCreator.start();
    orderBook = new HttpOrderBook(URI.create(market.market().solvers().getFirst()));
  }

  private static LocalMarketOptions options() {
    return LocalMarketOptions.in(ProjectHome.folder(), folder.resolve("state"));
  }

  @AfterAll
  static void closeTheMarket() {
    if (jobCreator != null) {
      jobCreator.close();
    }
    if (market != null) {
      market.close();
      try (DockerEngine engine = DockerEngine.connect()) {
        engine.containersBelow(folder).forEach(engine::remove);
      }
    }
  }

  @Test
  void twoProvidersTheJobCreatorAndTheMediatorComeToOneDigest() throws Exception {
    // Both at once: a provider has one slot, so each of the two gets one.
    JobHandle first = submit("first", ALWAYS, BAND);
    JobHandle second = submit("second", ALWAYS, BAND);
    List<Match> honest = List.of(accepted(first), accepted(second));
    Match forged;
    try (Forger _ = new Forger()) {
      forged = awaitEnd(submit("forged", ALWAYS, BAND)).match().orElseThrow();
    }

    Set<Bytes32> digests = digestsOfTheMediator(forged);
    assertThat(digests).hasSize(1);
    Bytes32 digest = digests.iterator().next();
    assertThat(honest)
        .extracting(match -> match.terms().resourceProvider())
        .as("two providers served")
        .doesNotHaveDuplicates();
    assertThat(honest)
        .allSatisfy(
            match -> {
              assertThat(match.jobOffer().jobDigest()).isEqualTo(forged.jobOffer().jobDigest());
              assertThat(commitment(match)).isEqualTo(commitmentTo(digest, match));
            });
    assertThat(commitment(forged)).isNotEqualTo(commitmentTo(digest, forged));
  }

  @Test
  void theForgerIsCaughtWhereItsResultIsChecked() throws Exception {
    JobStatus end;
    try (Forger _ = new Forger()) {
      end = awaitEnd(submit("checked", ALWAYS, STAMP));
    }

    MatchState.Closed closed = end.closed().orElseThrow();
    MatchState.Mediation mediation = closed.mediation().orElseThrow();
    assertThat(end.match().orElseThrow().terms().resourceProvider())
        .isEqualTo(market.address(FORGER));
    assertThat(end.observation().finding()).containsInstanceOf(Finding.Wrong.class);
    assertThat(closed.reason()).isEqualTo(ClosingReason.MEDIATED);
    assertThat(mediation.verdict()).isEqualTo(Verdict.WRONG_RESULTS);
    assertThat(mediation.faultyParty()).isEqualTo(FaultyParty.RESOURCE_PROVIDER);
    assertThat(closed.settlement().resourceProvider()).isEqualTo(Wei.ZERO);
    assertThat(closed.settlement().sink().isZero()).isFalse();
    assertThat(end.isAccepted()).isFalse();
  }

  /** Which is why a job creator checks a share of its results that nobody can predict. */
  @Test
  void theForgerIsPaidWhereNobodyChecks() throws Exception {
    JobHandle job;
    JobStatus end;
    try (Forger _ = new Forger()) {
      job = submit("unchecked", NEVER, STAMP);
      end = awaitEnd(job);
    }

    MatchState.Closed closed = end.closed().orElseThrow();
    Settlement settlement = closed.settlement();
    assertThat(end.match().orElseThrow().terms().resourceProvider())
        .isEqualTo(market.address(FORGER));
    assertThat(closed.reason()).isEqualTo(ClosingReason.ACCEPTED);
    assertThat(settlement.sink()).isEqualTo(Wei.ZERO);
    // Both had locked the same: what one has more than the other was paid by the other.
    assertThat(settlement.resourceProvider().value())
        .isGreaterThan(settlement.jobCreator().value());
    assertThat(job.record().output().resolve("tile.ppm")).hasContent("P6\n1 1\n255\nabc");
  }

  @Test
  void noSecondMarketIsStartedOverTheSameFolder() {
    assertThatThrownBy(() -> LocalMarket.start(options(), text -> {}))
        .isInstanceOf(BadConfiguration.class)
        .hasMessageContaining("is running over");
  }

  // ----------------------------------------------------------------- story

  /** A provider that asks half of what the others ask, so that it gets the next job. */
  private static final class Forger implements AutoCloseable {
    private final Address account = market.address(FORGER);
    private final RunningRole role =
        market.startProvider(
            FORGER,
            LocalMarket.INSTRUCTION_PRICE / 2,
            engine -> new ForgingExecutor(engine, folder.resolve("forged")));

    Forger() throws InterruptedException {
      await("the forger's deposit", () -> !free().isZero());
      await(
          "the forger's offer",
          () ->
              orderBook.resourceOffers().stream()
                  .anyMatch(signed -> signed.offer().resourceProvider().equals(account)));
    }

    private Wei free() {
      return market.audit().balance(account, market.audit().newestBlock()).free();
    }

    /** With its money the offers that it leaves behind go too. */
    @Override
    public void close() {
      role.close();
      try (MarketConnection connection = market.connect(FORGER)) {
        connection.ledger().submit(new Command.Withdraw(account, free()));
      }
    }
  }

  private static JobHandle submit(String name, VerificationPolicy verify, List<String> command)
      throws InterruptedException {
    return jobCreator.submit(
        new JobRequest(
            LocalImages.RENDER,
            command,
            new TreeMap<>(),
            Optional.empty(),
            folder.resolve("results").resolve(name),
            "/out",
            1,
            CpuLevel.DEFAULT,
            new Limits(200_000, 512L << 20, 256L << 20, 1L << 30),
            Prices.of(LocalMarket.INSTRUCTION_PRICE, LocalMarket.BANDWIDTH_PRICE),
            new Span(600),
            new Span(300),
            Wei.of(1_000_000_000L),
            verify,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            false),
        PackagingProgress.NONE);
  }

  private static JobStatus awaitEnd(JobHandle job) throws InterruptedException {
    return job.awaitEnd(PATIENCE).orElseThrow(() -> new AssertionError("no end of " + job.id()));
  }

  /** The match of a job whose result the job creator found right by running it again. */
  private static Match accepted(JobHandle job) throws InterruptedException {
    JobStatus end = awaitEnd(job);
    assertThat(end.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
    assertThat(end.observation().finding()).containsInstanceOf(Finding.Right.class);
    return end.match().orElseThrow();
  }

  private static Bytes32 commitment(Match match) {
    return match.state().postedResult().orElseThrow().commitment();
  }

  private static Bytes32 commitmentTo(Bytes32 digest, Match match) {
    return ResultCommitment.of(match.id(), match.terms().resourceProvider(), digest);
  }

  /** From the evidence file whose hash the verdict carries. */
  private static Set<Bytes32> digestsOfTheMediator(Match match) throws Exception {
    Bytes32 hash = ((MatchState.Closed) match.state()).mediation().orElseThrow().evidence();
    Address mediator = match.terms().mediator();
    byte[] file =
        access.directory().apply(match.terms().directory()).read(mediator, hash, EVIDENCE_BYTES);
    assertThat(Evidence.signer(file, new Web3jSignatures())).contains(mediator);
    JsonNode runs = JsonMapper.shared().readTree(file).get("evidence").get("runs");
    assertThat(runs.size()).isEqualTo(options().parameters().verificationCount());
    Set<Bytes32> digests = new HashSet<>();
    runs.valueStream()
        .forEach(run -> digests.add(Bytes32.fromHex(run.get("resultDigest").asString())));
    return digests;
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(deadline);
      Thread.sleep(100);
    }
  }
}
