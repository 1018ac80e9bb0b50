package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import modicum.directory.image.ImageLayout;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.executor.image.ProgramImage;
import modicum.executor.sandbox.Conditions;
import modicum.executor.sandbox.Profile;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a program can find out about the machine and the moment is the same in every run. */
class DeterminismTest extends DockerTest {
  private static final Path SOURCE = Path.of("src/test/c/facts.c").toAbsolutePath();

  /** The ways in which programs reach the kernel. */
  enum Build {
    /** The loader and the C library of glibc, from the machine, as the image has none. */
    DYNAMIC("gcc", List.of("-O1", "-pthread")),
    STATIC("gcc", List.of("-O1", "-static", "-pthread")),
    MUSL("musl-gcc", List.of("-O1", "-static"));

    private final String compiler;
    private final List<String> flags;

    Build(String compiler, List<String> flags) {
      this.compiler = compiler;
      this.flags = flags;
    }

    Path compile(Path folder) throws IOException, InterruptedException {
      Path program = folder.resolve("facts");
      List<String> words = new java.util.ArrayList<>(List.of(compiler));
      words.addAll(flags);
      words.addAll(List.of("-o", program.toString(), SOURCE.toString()));
      Process process;
      try {
        process = new ProcessBuilder(words).redirectErrorStream(true).start();
      } catch (IOException e) {
        assumeTrue(false, "skipped: no " + compiler + "; install gcc, libc6-dev and musl-tools");
        return program;
      }
      String said = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor()).as(said).isZero();
      return program;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProgramSeesTheSameInEveryRun(Build build) throws Exception {
    RunRequest request = facts(build);

    String first = completed(request);
    String second = completed(another(request));

    assertThat(second).isEqualTo(first);
    assertThat(first)
        .contains("clock 0: 0  " + Profile.start() + ".")
        .contains("name Linux job 6.1.0 #1 SMP x86_64")
        .contains("cpu 0 of 1 pid 100")
        .contains(". ")
        .contains("|a ")
        .containsPattern("\\|a \\d+\\|b \\d+\\|m \\d+\\|z \\d+\\| b b\n")
        .contains(Profile.start() + ".000000000")
        .contains("set 2000.000000007")
        .contains("waited 110")
        .contains("ended with 3")
        .contains("/proc/cpuinfo: model name\t: x86-64-v2")
        .contains("/proc/version: Linux version 6.1.0")
        .contains("trace -1")
        .contains("tracer's memory -1");
    String host = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    assertThat(first).doesNotContain(host);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsVariedOnPurposeIsSeen(Build build) throws Exception {
    RunRequest request = facts(build);
    String normal = completed(request);

    Conditions conditions =
        Conditions.NORMAL.withStart(Profile.start() + 86_400).withSeed(7).withOrder(3).withCpus(5);
    String other = completed(under(another(request), conditions));

    assertThat(other)
        .contains("clock 0: 0  " + (Profile.start() + 86_400) + ".")
        .contains("cpu 0 of 5 ");
    assertThat(line(other, "getrandom")).isNotEqualTo(line(normal, "getrandom"));
    assertThat(line(other, "urandom")).isNotEqualTo(line(normal, "urandom"));
  }

  @Test
  void aShellSeesTheSameInEveryRun() throws Exception {
    String script =
        "date; date +%s; ls -lai / /tmp; head -c 20 /dev/urandom | tr -dc a-z; echo $$; sh -c 'echo $$';"
            + " nproc; stat /bin /out; hostname; echo a > /out/a; stat /out/a; sleep 0.1; cat /proc/*stat"
            + " /proc/self/mounts; sleep 0.1 & wait; date";
    assertThat(output(script)).isEqualTo(output(script)).contains("Jan  1 00:00:00 UTC 2025");
  }

  @Test
  void theJobsEndIsTheContainersEnd() throws Exception {
    assertThat(run(shellRun("exit 7")).exitCode()).isEqualTo(7);
    assertThat(run(shellRun("kill -9 $$")).exitCode()).isEqualTo(137);
    assertThat(run(shellRun("kill -SEGV $$")).exitCode()).isEqualTo(139);
    assertThat(run(shellRun("sleep 100 & exit 0")).exitCode()).isZero();
    assertThat(run(shellRun("kill -9 1; kill -TERM 1; echo > /out/on")).status())
        .isEqualTo(ResultStatus.COMPLETED);
  }

  @Test
  void whatMerelyLooksLikeAProgramThatCannotBeStartedIsAFailureOfItsOwn() throws Exception {
    RunOutcome outcome =
        run(shellRun("echo working; echo 'sandbox: cannot start x: no'; exit 127"));

    assertThat(outcome.status()).isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
  }

  @Test
  void timePassesByWaitingAndByAskingOnly() throws Exception {
    assertThat(output("date +%s; sleep 2; date +%s"))
        .isEqualTo(Profile.start() + "\n" + (Profile.start() + 2) + "\n");
    // Ends, as each question moves the clock on.
    output("end=$(($(date +%s) + 1)); sleep 1; while [ $(date +%s) -lt $end ]; do :; done");
  }

  private RunRequest facts(Build build) throws Exception {
    Path program = build.compile(Files.createDirectories(folder.resolve(build.name())));
    JobSpec job = Runs.job(image(build, program), "/bin/facts");
    RunRequest request = Runs.request(job);
    if (build != Build.DYNAMIC) {
      return request;
    }
    // The image has no loader: it comes as the job's input.
    Path input = Files.createDirectories(folder.resolve("libraries"));
    Path loader = Path.of("/lib64/ld-linux-x86-64.so.2").toRealPath();
    Files.copy(loader, input.resolve("ld.so"));
    Files.copy(loader.resolveSibling("libc.so.6").toRealPath(), input.resolve("libc.so.6"));
    JobSpec loaded = Runs.job(job.image(), "/in/ld.so", "--library-path", "/in", "/bin/facts");
    return Runs.withInput(Runs.request(loaded), input);
  }

  private ImageReference image(Build build, Path program) throws Exception {
    Path layout = folder.resolve("image-" + build);
    ImageReference reference =
        ProgramImage.write(
            program,
            List.of(),
            List.of("facts"),
            Architecture.fromName(System.getProperty("os.arch")),
            new ImageLayout(layout));
    executor.loadImage(reference, layout);
    return reference;
  }

  private String completed(RunRequest request) throws Exception {
    RunOutcome outcome = run(request);
    assertThat(outcome.status())
        .as(outcome.explanation() + ": " + outcome.log())
        .isEqualTo(ResultStatus.COMPLETED);
    return outcome.log();
  }

  private static RunRequest another(RunRequest request) {
    return under(request, request.conditions());
  }

  private static RunRequest under(RunRequest request, Conditions conditions) {
    return new RunRequest(
        Runs.name(),
        request.job(),
        request.input(),
        request.limits(),
        request.timePerInstruction(),
        request.wallClock(),
        conditions);
  }

  private static String line(String text, String beginning) {
    return text.lines().filter(l -> l.startsWith(beginning + " ")).findFirst().orElseThrow();
  }
}
