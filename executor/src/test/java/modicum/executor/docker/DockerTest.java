package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import modicum.executor.EngineUnavailable;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.executor.TinyImage;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that need an engine; they are skipped, and say so, where none answers. */
abstract class DockerTest {
  @TempDir Path folder;
  DockerExecutor executor;
  TinyImage image;

  static void assumeEngine() {
    Optional<String> trouble = Optional.empty();
    try (Engine engine = Engine.at(Optional.empty())) {
      engine.info();
    } catch (EngineUnavailable | java.io.IOException e) {
      trouble = Optional.of(e.getMessage());
    }
    trouble.ifPresent(t -> System.out.println("Docker tests are skipped: " + t));
    assumeTrue(trouble.isEmpty(), "skipped: " + trouble.orElse(""));
  }

  @BeforeEach
  void makeExecutor() throws Exception {
    assumeEngine();
    image = TinyImage.write(folder);
    executor = newExecutor(DockerOptions.DEFAULT);
    executor.loadImage(image.reference(), image.layout());
  }

  @AfterEach
  void removeRuns() {
    if (executor != null) {
      executor.runs().forEach(executor::remove);
      executor.close();
    }
  }

  DockerExecutor newExecutor(DockerOptions options) {
    return new DockerExecutor(Optional.empty(), stateFolder(), options);
  }

  Path stateFolder() {
    return folder.resolve("state");
  }

  JobSpec shell(String script) {
    return Runs.job(image.reference(), "sh", "-c", script);
  }

  RunRequest shellRun(String script) {
    return Runs.request(shell(script));
  }

  RunOutcome run(RunRequest request) throws InterruptedException {
    executor.start(request);
    return executor.await(request.name());
  }

  /** Runs a script that is to complete, and answers what it printed. */
  String output(String script) throws InterruptedException {
    RunOutcome outcome = run(shellRun(script));
    assertThat(outcome.status())
        .as(outcome.explanation() + ": " + outcome.log())
        .isEqualTo(ResultStatus.COMPLETED);
    return outcome.log();
  }

  JobSpec withOutput(JobSpec job, String output) {
    return new JobSpec(
        job.image(),
        job.command(),
        job.environment(),
        job.input(),
        output,
        job.cpus(),
        job.cpuLevel(),
        job.equality(),
        job.sandbox());
  }

  JobSpec withEnvironment(JobSpec job, TreeMap<String, String> environment) {
    return new JobSpec(
        job.image(),
        job.command(),
        environment,
        job.input(),
        job.output(),
        job.cpus(),
        job.cpuLevel(),
        job.equality(),
        job.sandbox());
  }

  /** Control groups of a run, in whatever hierarchy. */
  static List<Path> controlGroups(RunName name) throws java.io.IOException {
    List<Path> hierarchies = new java.util.ArrayList<>();
    hierarchies.add(Cgroups.ROOT);
    try (Stream<Path> below = java.nio.file.Files.list(Cgroups.ROOT)) {
      hierarchies.addAll(below.toList());
    }
    return hierarchies.stream()
        .map(h -> h.resolve("modicum").resolve(name.containerName()))
        .filter(java.nio.file.Files::exists)
        .toList();
  }
}
