package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import modicum.marketplace.demo.Demo;
import modicum.marketplace.demo.DemoReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo shows what it says, by the report that everyone gets. */
class DemoTest {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** A picture of one colour, or of a few, is no rendered scene. */
  private static final int COLOURS_OF_A_SCENE = 5_000;

  @TempDir static Path folder;
  private static DemoReport report;
  private static String table;
  private static Map<String, JsonNode> endings;

  @BeforeAll
  static void runTheDemo() throws InterruptedException {
    DockerEngine.assumeAnswers();
    System.setProperty("java.awt.headless", "true");
    report =
        new Demo(
                ProjectHome.folder(),
                folder.resolve("state"),
                folder.resolve("pictures"),
                false,
                System.out::println)
            .run();
    table = report.table();
    endings =
        JsonMapper.shared()
            .readTree(report.json())
            .get("endings")
            .valueStream()
            .collect(Collectors.toMap(e -> e.get("ending").asString(), e -> e));
  }

  @AfterAll
  static void removeWhatAFailedDemoLeft() {
    try (DockerEngine engine = DockerEngine.connect()) {
      engine.containersBelow(folder).forEach(engine::remove);
    }
  }

  @Test
  void rendersAPictureOfManyColours() throws IOException {
    byte[] file = Files.readAllBytes(report.picture());
    BufferedImage picture = ImageIO.read(report.picture().toFile());

    assertThat(file).startsWith(PNG);
    assertThat(picture.getWidth()).isEqualTo(800);
    assertThat(picture.getHeight()).isEqualTo(600);
    assertThat(colours(picture, 0, 600)).isGreaterThan(COLOURS_OF_A_SCENE);
  }

  /** Each band is a job of its own, so each must have brought something. */
  @ParameterizedTest
  @ValueSource(ints = {0, 150, 300, 450})
  void rendersEveryBandOfThePicture(int firstRow) throws IOException {
    BufferedImage picture = ImageIO.read(report.picture().toFile());

    assertThat(colours(picture, firstRow, firstRow + 150)).isGreaterThan(100);
  }

  private static long colours(BufferedImage picture, int from, int to) {
    return IntStream.range(from, to)
        .flatMap(y -> IntStream.range(0, picture.getWidth()).map(x -> picture.getRGB(x, y)))
        .distinct()
        .count();
  }

  @Test
  void playsEveryEnding() {
    assertThat(endings)
        .containsOnlyKeys(
            "accepted",
            "accepted-by-silence",
            "wrong-result",
            "non-deterministic-job",
            "result-overdue",
            "mediation-overdue",
            "cancelled");
  }

  @ParameterizedTest
  @CsvSource({
    "accepted, none, none",
    "accepted-by-silence, none, none",
    "wrong-result, resource-provider, WrongResults",
    "non-deterministic-job, job-creator, NonDeterministicJob",
    "result-overdue, resource-provider, none",
    "mediation-overdue, mediator, none",
    "cancelled, none, none"
  })
  void saysWhoWasAtFaultAndWhy(String ending, String faultyParty, String verdict) {
    JsonNode shown = endings.get(ending);

    assertThat(shown.get("faultyParty").asString()).isEqualTo(faultyParty);
    assertThat(shown.get("verdict").asString()).isEqualTo(verdict);
    assertThat(shown.get("why").asString()).endsWith(".");
    assertThat(table).contains(ending).contains(faultyParty);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accepted",
        "accepted-by-silence",
        "wrong-result",
        "non-deterministic-job",
        "result-overdue",
        "mediation-overdue",
        "cancelled"
      })
  void keepsTheBooksToTheWei(String ending) {
    JsonNode accounts = endings.get(ending).get("accounts");

    assertThat(roles(accounts))
        .contains(
            "job-creator",
            "resource-provider",
            "mediator",
            "directory",
            "solver",
            "sink",
            "contract",
            "chain-fees");
    assertThat(sum(accounts, "after")).isEqualTo(sum(accounts, "before")).isPositive();
    // Every match is closed by then, so nothing stays locked.
    assertThat(amount(accounts, "contract", "after")).isZero();
    // Whatever is done on a chain is paid for.
    assertThat(change(accounts, "chain-fees")).isPositive();
    assertThat(endings.get(ending).get("gas").valueStream())
        .isNotEmpty()
        .allSatisfy(gas -> assertThat(gas.get("gas").asLong()).isGreaterThan(20_000));
  }

  /** The table of the protocol, section 5, as far as fees do not blur it. */
  @Test
  void movesMoneyAsTheProtocolSays() {
    assertThat(change("accepted", "job-creator")).isNegative();
    assertThat(change("accepted", "mediator")).isEqualTo(change("accepted", "directory"));
    assertThat(change("accepted", "sink")).isZero();
    assertThat(change("accepted-by-silence", "sink")).isZero();
    assertThat(change("wrong-result", "resource-provider")).isNegative();
    assertThat(change("wrong-result", "sink")).isPositive();
    assertThat(change("non-deterministic-job", "job-creator")).isNegative();
    assertThat(change("non-deterministic-job", "sink")).isPositive();
    assertThat(change("result-overdue", "job-creator")).isPositive();
    assertThat(change("result-overdue", "resource-provider")).isNegative();
    assertThat(change("mediation-overdue", "mediator")).isZero();
    assertThat(change("mediation-overdue", "directory")).isPositive();
    assertThat(change("cancelled", "resource-provider")).isZero();
    assertThat(change("cancelled", "job-creator").negate())
        .isEqualTo(change("cancelled", "chain-fees"));
  }

  @Test
  void leavesNothingRunning() {
    try (DockerEngine engine = DockerEngine.connect()) {
      assertThat(engine.containersBelow(folder)).isEmpty();
    }
    assertThat(ProcessHandle.current().descendants())
        .noneMatch(
            process -> process.info().command().filter(c -> c.endsWith("anvil")).isPresent());
  }

  @Test
  void leavesNothingBehindWhenItIsInterrupted() throws Exception {
    Path temporary = Files.createDirectory(folder.toRealPath().resolve("temporary"));
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    try (Program demo = Program.start(folder.resolve("interrupted"), environment, "demo");
        DockerEngine engine = DockerEngine.connect()) {
      demo.awaitText("Match 0x\\w+: running");

      demo.interrupt();

      assertThat(demo.awaitEnd().exitCode()).isEqualTo(130);
      assertThat(engine.containersBelow(temporary)).isEmpty();
      assertThat(temporary.toFile().list((f, name) -> name.startsWith("modicum"))).isEmpty();
      assertThat(ProcessHandle.allProcesses())
          .noneMatch(p -> p.info().commandLine().orElse("").contains(temporary + "/modicum-demo"));
    }
  }

  private static BigInteger change(String ending, String role) {
    return change(endings.get(ending).get("accounts"), role);
  }

  private static BigInteger change(JsonNode accounts, String role) {
    return amount(accounts, role, "after").subtract(amount(accounts, role, "before"));
  }

  private static BigInteger amount(JsonNode accounts, String role, String when) {
    List<BigInteger> amounts =
        accounts
            .valueStream()
            .filter(a -> a.get("role").asString().equals(role))
            .map(a -> new BigInteger(a.get(when).asString()))
            .toList();
    assertThat(amounts).as(role).hasSize(1);
    return amounts.getFirst();
  }

  private static BigInteger sum(JsonNode accounts, String when) {
    return accounts
        .valueStream()
        .map(a -> new BigInteger(a.get(when).asString()))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static Set<String> roles(JsonNode accounts) {
    return accounts.valueStream().map(a -> a.get("role").asString()).collect(Collectors.toSet());
  }
}
