package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import modicum.executor.RunOutcome;
import modicum.executor.Runs;
import modicum.executor.sandbox.Conditions;
import modicum.executor.sandbox.Pins;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.JobSpec;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;

/** What a job can and cannot see and do. */
class SandboxTest extends DockerTest {
  @Test
  void hasNoNetworkButItsOwnLoop() throws Exception {
    assertThat(output("cat /proc/net/dev | grep : | tr -d ' ' | grep -v ^lo: || true")).isEmpty();
    // This machine's own resolver and names would tell the job where it runs.
    assertThat(output("cat /etc/resolv.conf").lines())
        .contains("nameserver 127.0.0.1")
        .allMatch(line -> line.matches("nameserver 127.0.0.1|search \\.|#.*|"));
    assertThat(output("cat /etc/hosts")).contains("127.0.0.1\tlocalhost");
    assertThat(run(shellRun("wget -T 2 -O /out/x 203.0.113.1")).status())
        .isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
  }

  @Test
  void hasNoPowersAndIsNobody() throws Exception {
    String status = output("cat /proc/self/status");

    assertThat(status).contains("CapEff:\t0000000000000000").contains("CapBnd:\t0000000000000000");
    assertThat(status).contains("NoNewPrivs:\t1").contains("Seccomp:\t2");
    assertThat(output("id -u").strip())
        .isEqualTo(Integer.toString(JobUser.ofThisAgent().userId()))
        .isNotEqualTo("0");
  }

  @Test
  void writesOnlyToItsOutputAndItsTemporaryFolder() throws Exception {
    Path input = Files.createDirectory(folder.resolve("input"));
    Files.writeString(input.resolve("in.txt"), "given");
    RunOutcome outcome =
        run(
            Runs.withInput(
                shellRun(
                    "cat /in/in.txt; for f in /x /bin/x /etc/x /in/x /in/in.txt /dev/x /proc/x"
                        + " /sys/x; do if echo no > $f; then echo WROTE $f; fi; done 2>/dev/null;"
                        + " echo yes > /out/x && echo yes > /tmp/x"),
                input));

    assertThat(outcome.log()).isEqualTo("given");
    assertThat(outcome.status()).as(outcome.explanation()).isEqualTo(ResultStatus.COMPLETED);
  }

  @Test
  void cannotTellWhoRunsIt() throws Exception {
    String facts = output("hostname; cat /proc/self/cgroup /proc/self/mountinfo; env");

    assertThat(facts)
        .startsWith("job\n")
        .doesNotContain(Runs.OWNER)
        .doesNotContain("modicum-")
        .doesNotContain(java.net.InetAddress.getLocalHost().getHostName() + "\n");
  }

  @Test
  void hasTheJobsEnvironmentOverTheImagesOverTheProfilesAndNothingElse() throws Exception {
    JobSpec job =
        withEnvironment(
            Runs.job(image.reference(), "env"),
            new TreeMap<>(Map.of("SOURCE_DATE_EPOCH", "1", "TEXT", "a b=c\nd")));

    SortedMap<String, String> expected = Pins.of(1, CpuLevel.DEFAULT, Conditions.NORMAL);
    expected.putAll(Map.of("PATH", "/bin", "HOSTNAME", "job", "HOME", "/"));
    expected.putAll(Map.of("SOURCE_DATE_EPOCH", "1", "TEXT", "a b=c\nd"));
    assertThat(run(Runs.request(job)).log().lines())
        .containsExactlyInAnyOrderElementsOf(
            expected.entrySet().stream()
                .flatMap(e -> (e.getKey() + "=" + e.getValue()).lines())
                .toList());
  }

  @Test
  void seesAsManyCpusAsItAskedFor() throws Exception {
    assertThat(output("nproc").strip()).isEqualTo("1");
  }

  @Test
  void hasABoundedNumberOfProcesses() throws Exception {
    executor.close();
    executor = newExecutor(DockerOptions.DEFAULT.withProcesses(20));

    RunOutcome outcome = run(shellRun("for i in $(yes | head -n 60); do sleep 1 & done; wait"));

    assertThat(outcome.log()).contains("can't fork");
    assertThat(outcome.status()).isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
  }

  @Test
  void dumpsNoCoreAndHasABoundedNumberOfFiles() throws Exception {
    assertThat(output("ulimit -c; ulimit -n").lines())
        .containsExactly("0", Long.toString(DockerOptions.DEFAULT.openFiles()));
  }

  @Test
  void aFloodOfLogIsCutToItsEnd() throws Exception {
    RunOutcome outcome = run(shellRun("yes | head -n 3000000; echo the end"));

    assertThat(outcome.status()).as(outcome.explanation()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(outcome.log()).endsWith("the end\n").hasSizeLessThanOrEqualTo(1 << 14);
  }

  @Test
  void aJobWithoutACommandRunsTheImagesOwn() throws Exception {
    assertThat(run(Runs.request(Runs.job(image.reference()))).status())
        .isEqualTo(ResultStatus.COMPLETED);
  }
}
