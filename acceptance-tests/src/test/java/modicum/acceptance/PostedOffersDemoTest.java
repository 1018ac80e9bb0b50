package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import modicum.marketplace.demo.Demo;
import modicum.marketplace.demo.DemoReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo again, with offers posted on the chain: the same endings, for more gas. It is {@link
 * DemoTest} that looks at all of its numbers.
 */
class PostedOffersDemoTest {
  /** Gas that posting an offer takes at least: a transaction and the storage of its stage. */
  private static final long LEAST_GAS = 40_000;

  @TempDir Path folder;

  @AfterEach
  void removeWhatAFailedDemoLeft() {
    try (DockerEngine engine = DockerEngine.connect()) {
      engine.containersBelow(folder).forEach(engine::remove);
    }
  }

  @Test
  void endsTheSameWithPostedOffers() throws InterruptedException {
    DockerEngine.assumeAnswers();
    System.setProperty("java.awt.headless", "true");
    DemoReport report =
        new Demo(
                ProjectHome.folder(),
                folder.resolve("state"),
                folder.resolve("pictures"),
                true,
                System.out::println)
            .run();

    List<JsonNode> endings =
        JsonMapper.shared().readTree(report.json()).get("endings").valueStream().toList();
    assertThat(endings)
        .extracting(
            ending -> ending.get("ending").asString() + " " + ending.get("verdict").asString())
        .containsExactly(
            "accepted none",
            "wrong-result WrongResults",
            "non-deterministic-job NonDeterministicJob",
            "accepted-by-silence none",
            "result-overdue none",
            "mediation-overdue none",
            "cancelled none");
    assertThat(Files.exists(report.picture())).isTrue();
    // Posted, and cancelled: with a signed offer it is the cancellation alone.
    assertThat(gasOf(endings.getLast(), "job-creator")).isGreaterThan(2 * LEAST_GAS);
  }

  private static long gasOf(JsonNode ending, String role) {
    return ending
        .get("gas")
        .valueStream()
        .filter(gas -> gas.get("role").asString().equals(role))
        .mapToLong(gas -> gas.get("gas").asLong())
        .sum();
  }
}
