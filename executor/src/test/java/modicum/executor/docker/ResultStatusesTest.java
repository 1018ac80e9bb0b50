package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageTransfer;
import modicum.directory.memory.InMemoryDirectory;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.RunName;
import modicum.executor.Runs;
import modicum.executor.job.ImageTraffic;
import modicum.executor.job.JobResult;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.Preparation;
import modicum.executor.sandbox.Profile;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.JobSpec;
import modicum.protocol.job.SandboxProfile;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each of the ten statuses that a result can have, provoked by a real container or by what really
 * leads to it: from the job in a directory to the result that would be posted.
 */
class ResultStatusesTest extends DockerTest {
  private static final Address ALICE =
      Address.fromHex("0x00000000000000000000000000000000000a11ce");
  private static final Address BOB = Address.fromHex("0x0000000000000000000000000000000000000b0b");
  private static final Address DORA = Address.fromHex("0x000000000000000000000000000000000000d02a");
  private static final Limits LIMITS =
      new Limits(1_000, 64 * Runs.MEGABYTE, 5 * Runs.MEGABYTE, 20 * Runs.MEGABYTE);

  private final InMemoryStore store = new InMemoryStore(DORA);
  private final InMemoryDirectory alice = store.viewOf(ALICE);
  private final InMemoryDirectory bob = store.viewOf(BOB);
  private final MatchId match = Runs.name().match();
  private JobRunner runner;

  @BeforeEach
  void anImageInTheDirectory() {
    runner = new JobRunner(executor, folder.resolve("work"));
    new ImageTransfer(alice)
        .put(new ImageLayout(image.layout()), image.reference().manifest(), TransferProgress.NONE);
  }

  @Test
  void completed() throws Exception {
    JobResult result = result(shell("echo 42 > /out/answer"), LIMITS);

    assertThat(result.status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(result.output().entries()).hasSize(1);
    assertThat(result.usage().instructions()).isBetween(1L, LIMITS.instructions());
  }

  @Test
  void declinedAsTheJobIsMadeForAnotherSandbox() throws Exception {
    JobSpec job = shell("true");
    SandboxProfile other = new SandboxProfile(7, Profile.current().digest());
    JobResult result = result(in(job, other), LIMITS);

    assertThat(result.status()).isEqualTo(ResultStatus.DECLINED);
    assertThat(result.usage().instructions() + result.usage().bandwidth()).isZero();
  }

  @Test
  void jobDescriptionErrorAsItsProgramIsNotThere() throws Exception {
    JobResult result = result(Runs.job(image.reference(), "no-such-program"), LIMITS);

    assertThat(result.status()).isEqualTo(ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void jobNotFoundAsItsOwnerHasTakenItOut() throws Exception {
    JobSpec job = shell("true");
    JobTransfer.putSpec(alice, job);
    store.lose(ALICE, job.digest().sha256());
    Preparation prepared =
        runner.prepare(bob, source(job.digest().sha256(), LIMITS), ImageTraffic.NEVER);

    assertThat(prepared)
        .isInstanceOfSatisfying(
            Preparation.Failed.class,
            failed -> assertThat(failed.status()).isEqualTo(ResultStatus.JOB_NOT_FOUND));
  }

  @Test
  void memoryExceeded() throws Exception {
    JobResult result = result(shell("yes | tr -d '\\n' | tail -c 200000000 > /dev/null"), LIMITS);

    assertThat(result.status()).isEqualTo(ResultStatus.MEMORY_EXCEEDED);
  }

  @Test
  void storageExceeded() throws Exception {
    JobResult result = result(shell("head -c 9000000 /dev/zero > /out/large"), LIMITS);

    assertThat(result.status()).isEqualTo(ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void instructionsExceededByWork() throws Exception {
    JobResult result = result(shell("while :; do :; done"), LIMITS);

    assertThat(result.status()).isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
    assertThat(result.usage().instructions()).isEqualTo(LIMITS.instructions());
  }

  @Test
  void instructionsExceededByWaiting() throws Exception {
    Limits few = new Limits(1, LIMITS.memory(), LIMITS.storage(), LIMITS.bandwidth());
    JobResult result = result(shell("sleep 100"), few);

    assertThat(result.status()).isEqualTo(ResultStatus.INSTRUCTIONS_EXCEEDED);
  }

  @Test
  void bandwidthExceededByTheInput() throws Exception {
    Limits narrow = new Limits(LIMITS.instructions(), LIMITS.memory(), LIMITS.storage(), 100);

    assertThat(result(shell("true"), narrow).status()).isEqualTo(ResultStatus.BANDWIDTH_EXCEEDED);
  }

  @Test
  void bandwidthExceededByTheOutput() throws Exception {
    Limits narrow =
        new Limits(LIMITS.instructions(), LIMITS.memory(), LIMITS.storage(), 2 * Runs.MEGABYTE);
    JobResult result = result(shell("head -c 3000000 /dev/zero > /out/large"), narrow);

    assertThat(result.status()).isEqualTo(ResultStatus.BANDWIDTH_EXCEEDED);
    assertThat(result.usage().bandwidth()).isLessThanOrEqualTo(narrow.bandwidth());
  }

  @Test
  void exceptionOccurred() throws Exception {
    assertThat(result(shell("exit 3"), LIMITS).status()).isEqualTo(ResultStatus.EXCEPTION_OCCURRED);
  }

  /** What then is posted, and when, is the agent's to decide, and tested with it. */
  @Test
  void directoryUnavailable() {
    JobSpec job = shell("true");
    JobTransfer.putSpec(alice, job);
    store.goDown();

    assertThatThrownBy(() -> result(job, LIMITS)).isInstanceOf(DirectoryUnavailable.class);
  }

  private JobResult result(JobSpec job, Limits limits) throws InterruptedException {
    JobTransfer.putSpec(alice, job);
    Preparation prepared =
        runner.prepare(bob, source(job.digest().sha256(), limits), ImageTraffic.NEVER);
    return switch (prepared) {
      case Preparation.Failed failed -> JobResult.of(failed, limits);
      case Preparation.Ready ready ->
          JobResult.of(
              runner.run(
                  new RunName(Runs.OWNER, match, 0),
                  ready,
                  limits,
                  Runs.TIME_PER_INSTRUCTION,
                  JobRunner.wallClock(Runs.TIME_PER_INSTRUCTION, limits.instructions())),
              ready.traffic().moved(),
              limits);
    };
  }

  private JobSource source(Bytes32 job, Limits limits) {
    return new JobSource(
        match, ALICE, job, image.reference().baseLayer(), Architecture.AMD64, limits);
  }

  private static JobSpec in(JobSpec job, SandboxProfile sandbox) {
    return new JobSpec(
        job.image(),
        job.command(),
        new TreeMap<>(),
        Optional.empty(),
        job.output(),
        job.cpus(),
        job.cpuLevel(),
        job.equality(),
        sandbox);
  }
}
