package modicum.acceptance.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.acceptance.ProjectHome;
import modicum.marketplace.bench.GasBench;
import modicum.marketplace.bench.GasDocuments;
import modicum.marketplace.bench.GasReport;
import modicum.marketplace.bench.GasSnapshot;
import modicum.marketplace.bench.GasTables;
import modicum.marketplace.bench.JobGas;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nothing becomes dearer, or cheaper, without anyone saying so. */
@Timeout(300)
class GasSnapshotTest {
  private static final Path HOME = ProjectHome.folder();
  private static GasReport report;

  @BeforeAll
  static void measures() {
    report = new GasBench(HOME, text -> {}).run();
  }

  @Test
  void everyFigureIsWhatTheSnapshotSays() {
    assertThat(GasSnapshot.in(HOME).differences(report)).as(GasSnapshot.HOW_TO_UPDATE).isEmpty();
  }

  @Test
  void theDocumentsShowTheFigures() {
    assertThat(new GasDocuments(HOME, new GasTables(report)).outdated())
        .as(GasSnapshot.HOW_TO_UPDATE)
        .isEmpty();
  }

  @Test
  void everyBarIsMet() {
    assertThat(report.missedBars()).isEmpty();
  }

  @Test
  void everyFunctionThatChangesSomethingIsMeasured() throws IOException {
    Path abi = HOME.resolve("contracts/target/solidity/Modicum.abi");
    Set<String> changing =
        JsonMapper.shared()
            .readTree(Files.readString(abi))
            .valueStream()
            .filter(entry -> entry.get("type").asString().equals("function"))
            .filter(entry -> !Set.of("view", "pure").contains(mutability(entry)))
            .map(entry -> entry.get("name").asString())
            .collect(Collectors.toSet());
    Set<String> measured =
        report.functions().keySet().stream()
            .map(name -> name.replaceFirst(",.*", ""))
            .collect(Collectors.toSet());

    assertThat(changing).hasSizeGreaterThan(20);
    assertThat(measured).isEqualTo(changing);
  }

  private static String mutability(JsonNode function) {
    return function.get("stateMutability").asString();
  }

  @Test
  void theJobsAreDataOfTheShapeThatOthersRead() {
    JsonNode jobs = JsonMapper.shared().readTree(report.json()).get("jobs");

    for (String job : List.of("nominal", "silence", "disputed")) {
      long sum =
          Stream.of("jobCreator", "resourceProvider", "solver", "mediator")
              .mapToLong(role -> jobs.get(job).get(role).asLong())
              .sum();
      assertThat(jobs.get(job).get("total").asLong()).isEqualTo(sum).isPositive();
    }
    assertThat(jobs.get("disputed").get("mediator").asLong()).isPositive();
    assertThat(jobs.get("silence").get("jobCreator").asLong()).isZero();
    assertThat(jobs.get("batch20").get("totalPerJob").asLong())
        .isLessThan(jobs.get("nominal").get("total").asLong());
  }

  @Test
  void aDifferenceIsToldByItsNameAndSize(@TempDir Path home) throws IOException {
    Files.createDirectories(home.resolve("contracts"));
    GasSnapshot snapshot = GasSnapshot.in(home);
    snapshot.write(withPostResult(30_000));

    assertThat(snapshot.differences(withPostResult(30_000))).isEmpty();
    assertThat(snapshot.differences(withPostResult(31_234)))
        .containsExactly(
            "functions.postResult rose by 1,234 gas, from 30,000 to 31,234",
            "jobs.nominal.resourceProvider rose by 1,234 gas, from 30,000 to 31,234",
            "jobs.nominal.total rose by 1,234 gas, from 30,000 to 31,234");
    assertThat(snapshot.differences(withPostResult(29_999)))
        .contains("functions.postResult fell by 1 gas, from 30,000 to 29,999");
    assertThat(snapshot.differences(new GasReport(new LinkedHashMap<>(), new LinkedHashMap<>())))
        .contains("functions.postResult is not measured any more");
  }

  private static GasReport withPostResult(long gas) {
    var functions = new LinkedHashMap<String, Long>();
    functions.put("postResult", gas);
    var jobs = new LinkedHashMap<String, JobGas>();
    jobs.put("nominal", new JobGas(0, gas, 0, 0));
    return new GasReport(functions, jobs);
  }

  @Test
  void aMissedBarIsToldByItsNameAndSize() {
    var functions = new LinkedHashMap<>(report.functions());
    var jobs = new LinkedHashMap<>(report.jobs());
    jobs.put("nominal", new JobGas(65_001, 0, 0, 0));

    assertThat(new GasReport(functions, jobs).missedBars())
        .contains("jobs.nominal.jobCreator is 65,001 gas, and may be 65,000");
  }
}
