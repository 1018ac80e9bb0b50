package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import modicum.executor.BadImage;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.Runs;
import modicum.executor.image.ImageForge;
import modicum.executor.job.JobResult;
import modicum.protocol.job.ImageReference;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Jobs that mean harm. Whatever they do, they get the status that their deed deserves, they are
 * billed no more than their limits, and the machine is afterwards as it was before.
 */
abstract class HostileTest extends DockerTest {
  /** What a run may take beyond its limit until it is stopped: two looks, and the engine's kill. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** Of the engine's own start-up, and of the kernel's accounts, bytes. */
  private static final long MEMORY_SLACK = 1 << 20;

  private HostState before;

  @BeforeEach
  void rememberTheHost() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("neighbour")).resolve("own"), "secret");
    before = HostState.of(folder);
  }

  @AfterEach
  void compareTheHost() {
    if (executor == null || before == null) {
      return;
    }
    executor.runs().forEach(executor::remove);
    executor.close();
    executor = null;
    HostState.of(folder).assertUnchanged(before);
  }

  /** Runs a job to its end, and looks at its bill. */
  RunOutcome attack(RunRequest request) throws InterruptedException {
    RunOutcome outcome = run(request);
    Limits limits = request.limits();
    JobResult result = JobResult.of(outcome, 0, limits);
    assertThat(result.usage().instructions()).isLessThanOrEqualTo(limits.instructions());
    assertThat(result.usage().bandwidth()).isLessThanOrEqualTo(limits.bandwidth());
    assertThat(outcome.wallTime()).isLessThan(request.wallClock().plus(SLACK));
    assertThat(outcome.cpuTime())
        .isLessThan(
            Duration.ofNanos(limits.instructions() * request.timePerInstruction()).plus(SLACK));
    assertThat(outcome.peakMemory()).isLessThan(Math.max(limits.memory(), 6 << 20) + MEMORY_SLACK);
    return outcome;
  }

  RunOutcome attack(String script) throws InterruptedException {
    return attack(shellRun(script));
  }

  void assertAttack(String script, ResultStatus status) throws InterruptedException {
    assertStatus(attack(script), status);
  }

  static void assertStatus(RunOutcome outcome, ResultStatus status) {
    assertThat(outcome.status()).as(outcome.explanation() + ": " + outcome.log()).isEqualTo(status);
  }

  /** Runs one of the hostile programs, which says by itself what it got away with. */
  void assertHeld(RunRequest request) throws InterruptedException {
    RunOutcome outcome = attack(request);
    assertStatus(outcome, ResultStatus.COMPLETED);
    assertThat(outcome.log()).doesNotContain("ESCAPED").endsWith("done\n");
  }

  /**
   * A run of a hostile program, which is root's, and may take its user's powers if anything may.
   */
  RunRequest programRun(String name, String... arguments) throws Exception {
    ImageForge.Layer layer = busybox().file("bin/" + name, 04755, HostileProgram.compiled(name));
    String[] words = new String[arguments.length + 1];
    words[0] = "/bin/" + name;
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return Runs.request(Runs.job(load(new ImageForge(imageFolder(name)).layer(layer)), words));
  }

  Path imageFolder(String name) {
    return folder.resolve(name + "-image");
  }

  ImageReference load(ImageForge forge) throws BadImage {
    ImageForge.Forged forged = forge.forge();
    executor.loadImage(forged.reference(), forged.layout());
    return forged.reference();
  }

  /** A layer with a shell and its tools. */
  static ImageForge.Layer busybox() throws IOException {
    ImageForge.Layer layer =
        new ImageForge.Layer().folder("bin").file("bin/busybox", 0755, Path.of("/bin/busybox"));
    for (String name : new String[] {"sh", "cat", "ls", "echo", "id", "pwd", "sleep", "mkdir"}) {
      layer.link("bin/" + name, "busybox");
    }
    return layer;
  }
}
