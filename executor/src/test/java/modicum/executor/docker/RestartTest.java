package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Container;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import modicum.executor.EngineUnavailable;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.Runs;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

/** An agent may die at any moment; what it started is found, watched and judged all the same. */
class RestartTest extends DockerTest {
  private static final String BUSY = "while :; do :; done";

  @Test
  void anAgentKilledTheHardWayFindsItsRunAndItsLimits() throws Exception {
    RunRequest request =
        Runs.withLimits(shellRun(BUSY), new Limits(1000, 64 * Runs.MEGABYTE, 1000, 0));
    killAgentAfterStart(request);

    executor.close();
    executor = newExecutor(DockerOptions.DEFAULT);
    RunOutcome outcome = executor.await(request.name());

    assertThat(outcome.status()).isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
    assertThat(outcome.instructions()).isGreaterThan(1000);
    assertThat(EngineEvents.starts(request.name())).isOne();
  }

  @Test
  void aRunThatEndedWhileNobodyWatchedIsJudgedByWhatIsLeft() throws Exception {
    RunRequest fine = shellRun("sleep 0.3; echo 42 > /out/out.txt");
    RunRequest tooLong = Runs.withWallClock(shellRun("sleep 1.2"), Duration.ofSeconds(1));
    executor.start(fine);
    executor.start(tooLong);
    executor.close();
    awaitEnd(fine);
    awaitEnd(tooLong);

    executor = newExecutor(DockerOptions.DEFAULT);

    assertThat(executor.await(fine.name()).status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(executor.await(fine.name()).output().entries()).hasSize(1);
    assertThat(executor.await(tooLong.name()).status())
        .isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
  }

  @Test
  void aContainerThatWasMadeButNeverStartedIsStarted() throws Exception {
    RunRequest request = shellRun("echo 42 > /out/out.txt");
    makeWithoutStarting(request);
    assertThat(executor.observe(request.name())).isInstanceOf(RunState.NotStarted.class);
    assertThat(executor.runs()).contains(request.name());

    RunOutcome outcome = run(request);

    assertThat(outcome.status()).as(outcome.explanation()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(EngineEvents.starts(request.name())).isOne();
  }

  @Test
  void aStopThatWasDecidedBeforeTheAgentDiedIsTheReason() throws Exception {
    RunRequest request = shellRun("sleep 60");
    executor.start(request);
    executor.close();
    RunFolder.of(stateFolder().resolve("runs"), request.name()).writeStopReason(StopReason.STORAGE);
    try (Engine engine = Engine.at(Optional.empty())) {
      engine.kill(request.name().containerName());
    }

    executor = newExecutor(DockerOptions.DEFAULT);

    assertThat(executor.await(request.name()).status()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void aContainerThatSomeoneRemovedIsNoLongerWaitedFor() throws Exception {
    RunRequest request = shellRun("sleep 60");
    executor.start(request);
    try (Engine engine = Engine.at(Optional.empty())) {
      engine.remove(request.name().containerName());
    }

    assertThatThrownBy(
            () -> {
              executor.await(request.name());
            })
        .isInstanceOfAny(EngineUnavailable.class, IllegalStateException.class)
        .hasMessageContaining("start");
    assertThat(executor.observe(request.name())).isInstanceOf(RunState.NotStarted.class);
    assertThat(run(shellRun("true")).status()).isEqualTo(ResultStatus.COMPLETED);
  }

  @Test
  void removingLeavesNothingBehind() throws Exception {
    RunRequest ended = shellRun("mkdir -p /out/d/e; echo 1 > /out/d/e/f; chmod 0 /out/d/e /out/d");
    RunRequest running = shellRun("sleep 60");
    RunRequest failed = Runs.request(Runs.job(image.reference(), "no-such-program"));
    run(ended);
    executor.start(running);
    executor.start(failed);

    for (RunRequest request : List.of(ended, running, failed)) {
      executor.remove(request.name());
      assertThat(controlGroups(request.name())).isEmpty();
    }

    assertThat(containers()).isEmpty();
    assertThat(executor.runs()).isEmpty();
    try (Stream<Path> folders = Files.list(stateFolder().resolve("runs"))) {
      assertThat(folders).isEmpty();
    }
  }

  @Test
  void anEngineThatIsNotThereIsUnavailable() {
    DockerExecutor lost =
        new DockerExecutor(
            Optional.of("unix:///nonexistent/engine.sock"),
            folder.resolve("lost"),
            DockerOptions.DEFAULT);

    assertThatThrownBy(() -> lost.start(shellRun("true")))
        .isInstanceOf(EngineUnavailable.class)
        .hasMessageContaining("/nonexistent/engine.sock")
        .hasMessageContaining("DOCKER_HOST");
    lost.close();
  }

  @Test
  void anImageThatTheEngineLacksIsUnavailable() {
    assertThatThrownBy(() -> executor.start(Runs.request(Runs.job(Runs.someImage(), "true"))))
        .isInstanceOf(EngineUnavailable.class)
        .hasMessageContaining("load it");
  }

  private void makeWithoutStarting(RunRequest request) throws Exception {
    RunFolder runFolder = RunFolder.of(stateFolder().resolve("runs"), request.name());
    runFolder.create(request.name(), JobUser.ofThisAgent());
    try (Engine engine = Engine.at(Optional.empty())) {
      Sandbox sandbox =
          new Sandbox(
              DockerOptions.DEFAULT,
              new SandboxFiles(folder.resolve("sandbox")),
              JobUser.ofThisAgent(),
              CpuSet.on(engine),
              1);
      engine.ask(
          c ->
              sandbox
                  .command(
                      c,
                      request,
                      engine.inspectImage("sha256:" + image.reference().id().toHex()).orElseThrow(),
                      runFolder.output(),
                      Optional.empty(),
                      RunTerms.of(request).toLabels())
                  .exec());
    }
  }

  private void killAgentAfterStart(RunRequest request) throws Exception {
    Process agent =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                DoomedAgent.class.getName(),
                stateFolder().toString(),
                request.name().match().toHex(),
                Long.toString(request.limits().instructions()),
                image.layout().toString(),
                BUSY)
            .redirectErrorStream(true)
            .start();
    try (var lines = agent.inputReader()) {
      assertThat(lines.lines().filter(line -> line.startsWith("started")).findFirst())
          .contains("started");
    } finally {
      agent.destroyForcibly();
    }
    assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** A second process, that starts a run and then is killed. */
  static final class DoomedAgent {
    private DoomedAgent() {}

    public static void main(String[] arguments) throws InterruptedException {
      Path stateFolder = Path.of(arguments[0]);
      Path archiveFolder = Path.of(arguments[3]).getParent();
      var image = modicum.executor.TinyImage.write(archiveFolder);
      RunRequest some =
          Runs.withLimits(
              Runs.request(Runs.job(image.reference(), "sh", "-c", arguments[4])),
              new Limits(Long.parseLong(arguments[2]), 64 * Runs.MEGABYTE, 1000, 0));
      var name =
          new modicum.executor.RunName(
              "test-" + ProcessHandle.current().parent().orElseThrow().pid(),
              MatchId.fromHex(arguments[1]),
              0);
      var executor = new DockerExecutor(Optional.empty(), stateFolder, DockerOptions.DEFAULT);
      executor.start(
          new RunRequest(
              name,
              some.job(),
              some.input(),
              some.limits(),
              some.timePerInstruction(),
              some.wallClock()));
      System.out.println("started");
      Thread.sleep(60_000);
    }
  }

  private List<Container> containers() throws Exception {
    try (Engine engine = Engine.at(Optional.empty())) {
      return engine.containers(Map.of("modicum.state", stateFolder().resolve("runs").toString()));
    }
  }

  private static void awaitEnd(RunRequest request) throws Exception {
    try (Engine engine = Engine.at(Optional.empty())) {
      while (engine.inspect(request.name().containerName()).orElseThrow().getState().getRunning()) {
        Thread.sleep(20);
      }
    }
  }
}
