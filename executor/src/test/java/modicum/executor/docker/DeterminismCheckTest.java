package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import modicum.directory.image.ImageLayout;
import modicum.executor.Runs;
import modicum.executor.check.CheckReport;
import modicum.executor.check.DeterminismCheck;
import modicum.executor.check.Factor;
import modicum.executor.check.LikelyCause;
import modicum.executor.image.ProgramImage;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

/** Jobs are checked in real containers. */
class DeterminismCheckTest extends DockerTest {
  @Test
  void aJobThatLeansOnNothingIsDeterministic() throws Exception {
    CheckReport report = check("echo 1 > /out/a", false);

    assertThat(report.isDeterministic()).isTrue();
    assertThat(report.held()).isEmpty();
    assertThat(executor.runs()).isEmpty();
  }

  @Test
  void whatTheSandboxHoldsStillIsNamedOneByOne() throws Exception {
    CheckReport report =
        check(
            "date > /out/a; head -c 8 /dev/urandom > /out/b; hostname > /out/c; nproc > /out/d;"
                + " find /in > /out/e; sleep 0.1",
            false);

    assertThat(report.isDeterministic()).isTrue();
    assertThat(report.held().keySet())
        .containsExactlyInAnyOrder(
            Factor.CLOCK, Factor.RANDOM, Factor.HOST_NAME, Factor.CPUS, Factor.FOLDER_ORDER);
    assertThat(report.held().get(Factor.CLOCK).path()).isEqualTo("a");
    assertThat(report.held().get(Factor.CLOCK).first()).contains("Jan  1 00:00:00 UTC 2025");
    assertThat(report.held().get(Factor.CLOCK).cause()).isEqualTo(LikelyCause.DATE);
    assertThat(report.held().get(Factor.RANDOM).cause()).isEqualTo(LikelyCause.RANDOM_NUMBERS);
    assertThat(report.held().get(Factor.FOLDER_ORDER).cause()).isEqualTo(LikelyCause.FOLDER_ORDER);
  }

  @Test
  void inAPlainContainerTheSameJobIsNot() throws Exception {
    CheckReport report = check("echo same > /out/a; date > /out/b", true);

    assertThat(report.isDeterministic()).isFalse();
    assertThat(report.difference().orElseThrow().path()).isEqualTo("b");
    assertThat(report.difference().orElseThrow().cause()).isEqualTo(LikelyCause.DATE);
  }

  @Test
  void threadsThatAddUpAsTheyComeAreFoundInTheSandboxItself() throws Exception {
    Path program = compile();
    Path layout = folder.resolve("image");
    JobSpec job =
        Runs.job(
            ProgramImage.write(
                program,
                List.of(),
                List.of("reduction"),
                Architecture.fromName(System.getProperty("os.arch")),
                new ImageLayout(layout)),
            "/bin/reduction");
    executor.loadImage(job.image(), layout);
    JobSpec several =
        new JobSpec(
            job.image(),
            job.command(),
            job.environment(),
            job.input(),
            job.output(),
            4,
            job.cpuLevel(),
            job.equality(),
            job.sandbox());

    CheckReport report = check(several, 8, false);

    assertThat(report.isDeterministic()).isFalse();
    assertThat(report.difference().orElseThrow().cause()).isEqualTo(LikelyCause.REDUCTION_ORDER);
  }

  @Test
  void aJobThatFailsIsNotJudged() throws Exception {
    CheckReport report = check("exit 3", false);

    assertThat(report.reference().status()).isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
  }

  private CheckReport check(String script, boolean plain) throws InterruptedException {
    return check(shell(script), 3, plain);
  }

  private CheckReport check(JobSpec job, int runs, boolean plain) throws InterruptedException {
    Path input = folder.resolve("given");
    try {
      Files.createDirectories(input);
      for (String name : List.of("c", "a", "d", "b")) {
        Files.writeString(input.resolve(name), name);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new DeterminismCheck(
            executor,
            new DeterminismCheck.Job(job, Optional.of(input), Runs.LIMITS, Duration.ofSeconds(60)),
            folder.resolve("scratch"),
            line -> {})
        .check(runs, plain);
  }

  private Path compile() throws IOException, InterruptedException {
    Path program = folder.resolve("reduction");
    try {
      Process process =
          new ProcessBuilder(
                  "gcc",
                  "-O1",
                  "-static",
                  "-pthread",
                  "-o",
                  program.toString(),
                  Path.of("src/test/c/reduction.c").toAbsolutePath().toString())
              .inheritIO()
              .start();
      assertThat(process.waitFor()).isZero();
    } catch (IOException e) {
      assumeTrue(false, "skipped: no gcc; install gcc and libc6-dev");
    }
    return program;
  }
}
