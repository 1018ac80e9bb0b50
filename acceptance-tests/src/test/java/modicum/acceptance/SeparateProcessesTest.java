package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import modicum.directory.image.ImageLayout;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;
import modicum.executor.image.LayeredImage;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everyone is a process; any of them may be killed at a bad moment, and goes on when started. */
class SeparateProcessesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SLOW_JOB = "sleep 8; echo slept > /out/slept";

  /** A race: random numbers and clocks are the same in every run. */
  private static final String LOTS =
      "for n in 1 2 3; do i=0; (sleep 0.2; : >/tmp/$n) & while [ ! -e /tmp/$n ]; do i=$((i+1)); done;"
          + " echo $i; done >/out/lots; sleep 4";

  private static final int INTERRUPTED = 130;

  @TempDir static Path folder;
  private static ProcessMarket market;
  private static DockerEngine engine;

  @BeforeAll
  static void startEveryone() throws Exception {
    DockerEngine.assumeAnswers();
    engine = DockerEngine.connect();
    market = ProcessMarket.start(folder.toRealPath());
  }

  @AfterAll
  static void stopEveryone() {
    if (market != null) {
      market.close();
    }
    if (engine != null) {
      engine.close();
    }
  }

  @AfterEach
  void nobodyHasGivenUp() {
    market.requireAllAlive();
  }

  @Test
  void aJobIsRunCheckedAndPaid() throws Exception {
    BigInteger before = all(balance());

    Program.Ended ended =
        market.runJob(
            "echo hello > /out/hello", "--verify", "always", "--output", "hello", "--json");

    JsonNode report = report(ended, 0);
    assertThat(report.get("accepted").asBoolean()).isTrue();
    assertThat(report.get("closing").get("reason").asString()).isEqualTo("ACCEPTED");
    assertThat(report.get("match").get("resultStatus").asString()).isEqualTo("COMPLETED");
    assertThat(folderOfJobCreator().resolve("hello/hello")).hasContent("hello");
    // What one gained another lost; only the chain's fees went elsewhere.
    BigInteger fees = new BigInteger(report.get("feesWei").asString());
    assertThat(payments(report)).isEqualTo(fees.negate());
    assertThat(before.subtract(all(balance())))
        .isEqualTo(payment(report, "job creator").negate())
        .isGreaterThan(fees);
  }

  @Test
  void aProviderBringsABaseLayerFromADirectorysShelfBeforeAnyJobNeedsIt() throws Exception {
    String provider = ProcessMarket.PROVIDERS.getLast();
    ImageReference framework = frameworkOnTheEngine();
    String name = "sha256:" + framework.id().toHex();
    String layer = framework.baseLayer().toHex();
    Program.Ended shelved = market.operate(ProcessMarket.DIRECTORY, "directory", "shelve", name);
    assertThat(shelved.exitCode()).as(shelved.toString()).isZero();
    assertThat(shelved.out()).contains("base layer " + layer).contains("is on the shelf");
    engine.removeImage(name);
    market.kill(provider);
    market.supportAlso(provider, Optional.of(framework.baseLayer()));
    try {
      market.startRole(provider);
      market.awaitSaid(provider, "Base layer " + layer + ": here");
      assertThat(engine.imagesNamed("modicum/base-layer:" + layer)).hasSize(1);
      assertThat(market.operate(provider, "provider", "doctor").out())
          .contains(layer + " is on this engine");
    } finally {
      market.kill(provider);
      market.supportAlso(provider, Optional.empty());
      market.startRole(provider);
    }
    market.awaitSaid(provider, "Base layer " + layer + " is no longer supported");
    assertThat(engine.imagesNamed("modicum/base-layer:" + layer)).isEmpty();
  }

  /** An image on a base layer that no engine has seen before. */
  private static ImageReference frameworkOnTheEngine() throws Exception {
    byte[] random = new byte[6 << 20];
    new Random().nextBytes(random);
    Path base = Files.write(folder.resolve("framework"), random);
    Path own = Files.writeString(folder.resolve("own"), "a job's own");
    ImageLayout layout = new ImageLayout(folder.resolve("framework-image"));
    ImageReference image =
        LayeredImage.write(
            List.of(base, own), Architecture.fromName(System.getProperty("os.arch")), layout);
    try (DockerExecutor docker =
        new DockerExecutor(Optional.empty(), folder.resolve("builder"), DockerOptions.DEFAULT)) {
      docker.loadImage(image, layout.folder());
    }
    return image;
  }

  @Test
  void aFinishedJobIsListedAndShown() throws Exception {
    String id = report(market.runJob("echo a > /out/a", "--json"), 0).get("id").asString();

    JsonNode jobs = report(market.command("job", "list", "--json"), 0).get("jobs");
    JsonNode shown = report(market.command("job", "status", id, "--json"), 0);

    assertThat(jobs.valueStream().map(job -> job.get("id").asString())).contains(id);
    assertThat(shown.get("stage").asString()).isEqualTo("CLOSED");
  }

  @Test
  void moneyGoesIntoTheMarketAndOutAgain() throws Exception {
    BigInteger before = wei(balance(), "freeWei");

    assertThat(market.command("wallet", "deposit", "1ether").exitCode()).isZero();
    BigInteger deposited = wei(balance(), "freeWei");
    assertThat(market.command("wallet", "withdraw", "all").exitCode()).isZero();

    assertThat(deposited.subtract(before)).isEqualTo(BigInteger.TEN.pow(18));
    assertThat(wei(balance(), "freeWei")).isZero();
  }

  @Test
  void aProviderKilledWhileItsContainerRunsGoesOnWithIt() throws Exception {
    Instant since = Instant.now();
    try (Program job = market.startJob(SLOW_JOB, "--verify", "none", "--json")) {
      Container container = awaitContainerOf(ProcessMarket.PROVIDERS);
      String startedAt = engine.startedAt(container.getId());
      String provider = ownerOf(container);

      market.kill(provider);
      assertThat(engine.runningBelow(market.folderOf(provider))).hasSize(1);
      market.startRole(provider);

      assertThat(engine.startedAt(container.getId())).isEqualTo(startedAt);
      JsonNode report = report(job.awaitEnd(), 0);
      assertThat(report.get("accepted").asBoolean()).isTrue();
      assertThat(report.get("match").get("resourceProvider").asString())
          .isEqualTo(market.address(provider).toString());
      assertThat(engine.starts(since, matchOf(container))).containsExactly(container.getId());
    }
  }

  @Test
  void aMediatorKilledWhileItRunsADisputedJobStillJudgesIt() throws Exception {
    Instant since = Instant.now();
    try (Program job = market.startJob(LOTS, "--verify", "always", "--json")) {
      Container container = awaitContainerOf(List.of(ProcessMarket.MEDIATOR));

      market.kill(ProcessMarket.MEDIATOR);
      assertThat(engine.runningBelow(market.folderOf(ProcessMarket.MEDIATOR))).hasSize(1);
      market.startRole(ProcessMarket.MEDIATOR);

      JsonNode closing = report(job.awaitEnd(), 1).get("closing");
      assertThat(closing.get("reason").asString()).isEqualTo("MEDIATED");
      assertThat(closing.get("verdict").asString()).isEqualTo("NON_DETERMINISTIC_JOB");
      assertThat(closing.get("faultyParty").asString()).isEqualTo("JOB_CREATOR");
      // The provider's run, the job creator's, and two of the mediator's: each begun once.
      assertThat(engine.starts(since, matchOf(container)))
          .hasSize(4)
          .doesNotHaveDuplicates()
          .contains(container.getId());
    }
  }

  @Test
  void aJobCreatorKilledGoesOnWithFetch() throws Exception {
    Instant since = Instant.now();
    String id;
    Container container;
    try (Program job = market.startJob(SLOW_JOB, "--verify", "none", "--output", "killed")) {
      id = job.awaitText("(?m)^job (0x\\w{64})$").group(1);
      container = awaitContainerOf(ProcessMarket.PROVIDERS);
      job.kill();
    }

    Program.Ended fetched = market.command("job", "fetch", id, "--json");

    assertThat(report(fetched, 0).get("accepted").asBoolean()).isTrue();
    assertThat(folderOfJobCreator().resolve("killed/slept")).hasContent("slept");
    assertThat(engine.starts(since, matchOf(container))).containsExactly(container.getId());
  }

  @Test
  void aJobCreatorInterruptedSaysHowToGoOn() throws Exception {
    String id;
    try (Program job = market.startJob(SLOW_JOB, "--verify", "none", "--output", "interrupted")) {
      id = job.awaitText("(?m)^job (0x\\w{64})$").group(1);
      awaitContainerOf(ProcessMarket.PROVIDERS);

      job.interrupt();

      Program.Ended ended = job.awaitEnd();
      assertThat(ended.exitCode()).isEqualTo(INTERRUPTED);
      assertThat(ended.err()).contains("modicum job fetch " + id).doesNotContain("\tat ");
    }
    JsonNode report = report(market.command("job", "fetch", id.substring(0, 14), "--json"), 0);
    assertThat(report.get("accepted").asBoolean()).isTrue();
    assertThat(folderOfJobCreator().resolve("interrupted/slept")).hasContent("slept");
  }

  @Test
  void aJobOutlivesItsDirectoryAndItsSolver() throws Exception {
    try (Program job = market.startJob(SLOW_JOB, "--verify", "none", "--json")) {
      awaitContainerOf(ProcessMarket.PROVIDERS);

      market.kill(ProcessMarket.DIRECTORY);
      market.kill(ProcessMarket.SOLVER);
      market.startRole(ProcessMarket.DIRECTORY);
      market.startRole(ProcessMarket.SOLVER);

      assertThat(report(job.awaitEnd(), 0).get("accepted").asBoolean()).isTrue();
    }
  }

  // ------------------------------------------------------------------ words

  private static Path folderOfJobCreator() {
    return market.folderOf(ProcessMarket.JOB_CREATOR);
  }

  /** Waits until one of these parties has a container running. */
  private static Container awaitContainerOf(List<String> parties) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<Container> running =
          parties.stream().flatMap(p -> engine.runningBelow(market.folderOf(p)).stream()).toList();
      if (!running.isEmpty()) {
        return running.getFirst();
      }
      assertThat(System.nanoTime()).as("waiting for a container").isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private static String ownerOf(Container container) {
    return ProcessMarket.PROVIDERS.stream()
        .filter(
            p ->
                engine.runningBelow(market.folderOf(p)).stream()
                    .anyMatch(c -> c.getId().equals(container.getId())))
        .findFirst()
        .orElseThrow();
  }

  private static String matchOf(Container container) {
    return container.getLabels().get("modicum.match");
  }

  private static JsonNode report(Program.Ended ended, int exitCode) {
    assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(exitCode);
    return JsonMapper.shared().readTree(ended.out());
  }

  private static JsonNode balance() throws InterruptedException {
    return report(market.command("wallet", "balance", "--json"), 0);
  }

  private static BigInteger wei(JsonNode node, String field) {
    return new BigInteger(node.get(field).asString());
  }

  private static BigInteger all(JsonNode balance) {
    return wei(balance, "walletWei").add(wei(balance, "freeWei")).add(wei(balance, "lockedWei"));
  }

  private static BigInteger payments(JsonNode report) {
    return report
        .get("payments")
        .valueStream()
        .map(line -> wei(line, "wei"))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static BigInteger payment(JsonNode report, String role) {
    return report
        .get("payments")
        .valueStream()
        .filter(line -> line.get("role").asString().equals(role))
        .map(line -> wei(line, "wei"))
        .findFirst()
        .orElseThrow();
  }
}
