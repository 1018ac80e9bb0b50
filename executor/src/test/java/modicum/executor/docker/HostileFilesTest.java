package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import modicum.executor.EngineUnavailable;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.Runs;
import modicum.protocol.content.Manifest;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that fill the disk, hide what they fill it with, and leave odd things behind. */
class HostileFilesTest extends HostileTest {
  private static final long STORAGE = 20 * Runs.MEGABYTE;
  private static final Limits LIMITS = new Limits(20_000, 256 * Runs.MEGABYTE, STORAGE, 0);

  /** What can be written until a run that has passed its limit is stopped, bytes. */
  private static final long SLACK = 3L << 30;

  @ParameterizedTest
  @ValueSource(strings = {"output", "flicker", "large-below"})
  void whoFillsTheDiskExceedsItsStorage(String what) throws Exception {
    long before = Files.getFileStore(folder).getUsableSpace();
    RunRequest request =
        Runs.withLimits(
            programRun("fill", what), new Limits(20_000, LIMITS.memory(), STORAGE / 2, 0));
    RunOutcome outcome = attack(request);

    assertStatus(outcome, ResultStatus.STORAGE_EXCEEDED);
    assertThat(outcome.output()).isEqualTo(Manifest.EMPTY);
    assertThat(before - Files.getFileStore(folder).getUsableSpace()).isLessThan(SLACK);
  }

  @Test
  void aFloodOfFilesExceedsItsStorage() throws Exception {
    executor.close();
    executor = newExecutor(DockerOptions.DEFAULT.withOutputEntries(5_000));
    RunOutcome outcome = attack(Runs.withLimits(programRun("fill", "entries"), LIMITS));

    assertStatus(outcome, ResultStatus.STORAGE_EXCEEDED);
    assertThat(outcome.explanation()).contains("too many files");
  }

  @Test
  void aTowerOfFoldersCanBeRemoved() throws Exception {
    assertStatus(attack(programRun("fill", "tower")), ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void foldersThatAreClosedToTheirOwnerCanBeRemoved() throws Exception {
    assertAttack(
        "mkdir -p /out/a/b/c; echo x > /out/a/b/c/x; chmod 0 /out/a/b/c /out/a/b /out/a; exit 3",
        ResultStatus.EXCEPTION_OCCURRED);
  }

  @Test
  void aHoleOfATerabyteIsNotWritten() throws Exception {
    RunOutcome outcome =
        attack("truncate -s 1000000000000 /out/hole || truncate -s 5000001 /out/x");

    assertThat(outcome.status()).isNotEqualTo(ResultStatus.COMPLETED);
    assertThat(outcome.output()).isEqualTo(Manifest.EMPTY);
  }

  @Test
  void holesCountAsIfTheyWereFull() throws Exception {
    assertAttack(
        "for i in 1 2 3; do truncate -s 4000000 /out/$i; done", ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void hardLinksCountAsOftenAsTheyHaveNames() throws Exception {
    assertAttack(
        "head -c 2000000 /dev/zero > /out/a; for i in 1 2 3; do ln /out/a /out/$i; done",
        ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void hardLinksOutOfTheFolderCannotBeMade() throws Exception {
    assertAttack("ln /bin/busybox /out/busybox", ResultStatus.EXCEPTION_OCCURRED);
    assertAttack("ln /etc/hosts /out/hosts", ResultStatus.EXCEPTION_OCCURRED);
  }

  @Test
  void pipesSocketsAndDevicesAreNoResults() throws Exception {
    assertOdd(shellRun("mkfifo /out/pipe"), "a device, pipe or socket is not a result: pipe");
    assertOdd(programRun("fill", "socket"), "a device, pipe or socket is not a result: socket");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ln -s / /out/l",
        "ln -s /proc/1/root/etc/shadow /out/l",
        "mkdir /out/d; ln -s ../../x /out/d/l",
        "ln -s .. /out/l",
        "ln -s a/../../x /out/l"
      })
  void linksThatLeaveTheFolderAreNoResults(String script) throws Exception {
    RunOutcome outcome = attack(script);

    assertStatus(outcome, ResultStatus.EXCEPTION_OCCURRED);
    assertThat(outcome.output()).isEqualTo(Manifest.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\nb", "\\033[2J", "\\377", "a\\rb", "\\177"})
  void namesThatDeceiveAreNoResults(String name) throws Exception {
    RunOutcome outcome = attack("touch \"$(printf '/out/" + name + "')\"");

    assertStatus(outcome, ResultStatus.EXCEPTION_OCCURRED);
  }

  @Test
  void namesThatAreMerelyOddAreResults() throws Exception {
    RunOutcome outcome =
        attack(
            "cd /out; touch -- '-rf' '...' '$(id)' '~' 'a b' '*' ';' 'C:' '%2e%2e' \"$(printf"
                + " %0200d)\"");

    assertStatus(outcome, ResultStatus.COMPLETED);
    assertThat(outcome.output().entries()).hasSize(10);
  }

  @Test
  void aFloodOfTextEndsWithTheJobsTimeAndKeepsNobodyElseBusy() throws Exception {
    RunRequest request = Runs.withWallClock(programRun("fill", "text"), Duration.ofSeconds(3));
    RunOutcome outcome = attack(request);

    assertThat(outcome.status()).isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
    assertThat(outcome.log().length()).isLessThanOrEqualTo(1 << 14);
  }

  @ParameterizedTest
  @ValueSource(strings = {"on-their-way", "in-memory"})
  void filesThatNobodyCanSeeAreFoundWhenTheDiskIsNearlyFull(String what) throws Exception {
    Path disk = smallDisk();
    try {
      executor.close();
      executor =
          new DockerExecutor(
              java.util.Optional.empty(),
              disk.resolve("state"),
              DockerOptions.DEFAULT.withDiskReserve(100 << 20));
      RunOutcome outcome = attack(Runs.withLimits(programRun("fill", what), LIMITS));

      assertStatus(outcome, ResultStatus.STORAGE_EXCEEDED);
      executor.remove(executor.runs().getFirst());
    } finally {
      executor.close();
      executor = newExecutor(DockerOptions.DEFAULT);
      mount("umount", disk.toString());
    }
  }

  @Test
  void aRunIsNotBlamedForADiskThatOthersHaveFilledAndNoneIsStartedThere() throws Exception {
    Path disk = smallDisk();
    try {
      executor.close();
      executor =
          new DockerExecutor(
              java.util.Optional.empty(),
              disk.resolve("state"),
              DockerOptions.DEFAULT.withDiskReserve(100 << 20));
      RunRequest honest = shellRun("sleep 30");
      executor.start(honest);
      Files.write(disk.resolve("large"), new byte[120 << 20]);

      assertThatThrownBy(() -> executor.await(honest.name()))
          .isInstanceOf(EngineUnavailable.class)
          .hasMessageContaining("nearly full");
      assertThat(executor.observe(honest.name())).isInstanceOf(RunState.NotStarted.class);
      assertThatThrownBy(() -> executor.start(honest))
          .isInstanceOf(EngineUnavailable.class)
          .hasMessageContaining("nearly full");
      executor.remove(honest.name());
    } finally {
      executor.close();
      executor = newExecutor(DockerOptions.DEFAULT);
      mount("umount", disk.toString());
    }
  }

  private Path smallDisk() throws Exception {
    assumeTrue(JobUser.ofThisAgent().agentIsRoot(), "skipped: only root can mount a small disk");
    Path disk = Files.createDirectory(folder.resolve("disk"));
    mount("mount", "-t", "tmpfs", "-o", "size=200m", "modicum-test", disk.toString());
    return disk;
  }

  private static void mount(String... words) throws Exception {
    assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
  }

  private void assertOdd(RunRequest request, String explanation) throws Exception {
    RunOutcome outcome = attack(request);

    assertStatus(outcome, ResultStatus.EXCEPTION_OCCURRED);
    assertThat(outcome.explanation()).isEqualTo(explanation);
  }
}
