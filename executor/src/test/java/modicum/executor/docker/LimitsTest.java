package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.Runs;
import modicum.protocol.content.Manifest;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

/** A job that exceeds a limit is stopped, and the status says which. */
class LimitsTest extends DockerTest {
  private static final String BUSY = "while :; do :; done";

  @Test
  void memory() throws Exception {
    RunOutcome outcome = run(shellRun("yes | tr -d '\\n' | tail -c 200000000 > /dev/null"));

    assertThat(outcome.status()).as(outcome.log()).isEqualTo(ResultStatus.MEMORY_EXCEEDED);
    assertThat(outcome.explanation()).contains("64000000 bytes");
    assertThat(outcome.peakMemory()).isGreaterThan(50 * Runs.MEGABYTE);
  }

  @Test
  void memoryInTheTemporaryFolderIsMemory() throws Exception {
    Limits limits = new Limits(10_000, 32 * Runs.MEGABYTE, 500 * Runs.MEGABYTE, 0);
    RunOutcome outcome =
        run(
            Runs.withLimits(
                shellRun(
                    "dd if=/dev/zero of=/tmp/a bs=1000000 count=30; tail -c 30000000 /tmp/a | tail"
                        + " -c 29000000 | tail -c 28000000 >/dev/null"),
                limits));

    assertThat(outcome.status()).as(outcome.log()).isEqualTo(ResultStatus.MEMORY_EXCEEDED);
  }

  @Test
  void storageByOneLargeFile() throws Exception {
    RunOutcome outcome = run(shellRun("dd if=/dev/zero of=/out/large bs=1000000 count=50"));

    assertThat(outcome.status()).as(outcome.log()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
    assertThat(outcome.outputFolder().resolve("large")).hasSize(5 * Runs.MEGABYTE);
  }

  @Test
  void storageByManyFilesStopsTheJobWhileItRuns() throws Exception {
    RunOutcome outcome =
        run(
            shellRun(
                "i=0; while [ $i -lt 2000 ]; do dd if=/dev/zero of=/out/$i bs=500000 count=1"
                    + " 2>/dev/null; usleep 20000; i=$((i+1)); done"));

    assertThat(outcome.status()).as(outcome.log()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
    assertThat(outcome.exitCode()).isEqualTo(137);
  }

  @Test
  void filesThatAreRemovedButKeptOpenCountAsStorage() throws Exception {
    RunOutcome outcome =
        run(
            shellRun(
                "exec 3>/out/a 4>/out/b; rm /out/a /out/b; head -c 4000000 /dev/zero >&3; head -c"
                    + " 4000000 /dev/zero >&4; sleep 30"));

    assertThat(outcome.status()).as(outcome.log()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void holesCountAsStorage() throws Exception {
    RunOutcome outcome = run(shellRun("truncate -s 4000000 /out/a; truncate -s 4000000 /out/b"));

    assertThat(outcome.status()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
    assertThat(outcome.output()).isEqualTo(Manifest.EMPTY);
  }

  @Test
  void instructions() throws Exception {
    RunRequest request =
        Runs.withLimits(shellRun(BUSY), new Limits(500, 64 * Runs.MEGABYTE, 1000, 0));
    RunOutcome outcome = run(request);

    assertThat(outcome.status()).isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
    assertThat(outcome.explanation()).contains("of 500");
    assertThat(outcome.instructions()).isGreaterThan(500);
    assertThat(outcome.cpuTime()).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void wallClock() throws Exception {
    RunOutcome outcome = run(Runs.withWallClock(shellRun("sleep 60"), Duration.ofSeconds(1)));

    assertThat(outcome.status()).isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
    assertThat(outcome.explanation()).contains("wall-clock");
    assertThat(outcome.wallTime()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aCommandThatIsNotThereIsTheJobsFault() throws Exception {
    RunRequest request = Runs.request(Runs.job(image.reference(), "no-such-program"));

    RunOutcome outcome = run(request);
    RunState state = executor.observe(request.name());

    assertThat(outcome.status()).isEqualTo(ResultStatus.JOB_DESCRIPTION_ERROR);
    assertThat(outcome.explanation()).contains("no-such-program");
    assertThat(executor.observe(request.name())).isEqualTo(state);
    assertThat(executor.start(request)).isEqualTo(state);
  }

  @Test
  void aCommandThatIsNoProgramIsTheJobsFault() throws Exception {
    assertThat(run(Runs.request(Runs.job(image.reference(), "/bin"))).status())
        .isEqualTo(ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void aCommandCannotPassForTroubleOfTheMachine() throws Exception {
    String name = "no space left on device \" cgroup containerd";
    assertThat(run(Runs.request(Runs.job(image.reference(), name))).status())
        .isEqualTo(ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void anOutputFolderAmongTheSystemsOwnIsTheJobsFault() throws Exception {
    for (String output : new String[] {"/tmp", "/proc/self", "/dev/shm", "/bin/busybox"}) {
      assertThat(run(Runs.request(withOutput(shell("true"), output))).status())
          .as(output)
          .isEqualTo(ResultStatus.JOB_DESCRIPTION_ERROR);
    }
  }

  @Test
  void aProgramThatAShellDoesNotFindIsAnOrdinaryFailure() throws Exception {
    RunOutcome outcome = run(shellRun("no-such-program"));

    assertThat(outcome.status()).isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
    assertThat(outcome.exitCode()).isEqualTo(127);
    assertThat(outcome.log()).contains("not found");
  }

  @Test
  void measuresTheWholeOfAShortRun() throws Exception {
    RunOutcome outcome =
        run(shellRun("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo 1 > /out/x"));

    assertThat(outcome.status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(outcome.cpuTime()).isGreaterThan(Duration.ofMillis(20));
    assertThat(outcome.instructions())
        .isEqualTo(Math.ceilDiv(outcome.cpuTime().toNanos(), Runs.TIME_PER_INSTRUCTION));
    assertThat(outcome.peakMemory()).isPositive();
    boolean exact = JobUser.ofThisAgent().agentIsRoot();
    assertThat(outcome.explanation().contains("samples")).isEqualTo(!exact);
  }

  @Test
  void withoutControlGroupsOfItsOwnItMeasuresBySamplesAndSaysSo() throws Exception {
    executor.close();
    executor = newExecutor(DockerOptions.DEFAULT.withOwnCgroups(false));

    RunRequest request =
        Runs.withLimits(shellRun(BUSY), new Limits(500, 64 * Runs.MEGABYTE, 1000, 0));
    RunOutcome outcome = run(request);

    assertThat(outcome.status()).isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
    assertThat(outcome.explanation()).contains("measured by samples");
    assertThat(outcome.peakMemory()).isPositive();
  }
}
