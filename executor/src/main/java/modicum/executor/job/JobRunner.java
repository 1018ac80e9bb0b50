package modicum.executor.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.directory.Directory;
import modicum.directory.TransferProgress;
import modicum.directory.encryption.EncryptedUpload;
import modicum.directory.folder.FolderTransfer;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.sandbox.HostCpu;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;

/**
 * Brings jobs from a directory into the engine and runs them: the same at provider, mediator and
 * job creator, or honest parties would disagree. Kill it anywhere and ask again: nothing is run or
 * billed twice.
 *
 * <p>Calls for different matches may come at the same time; those for one match one after the
 * other. A work folder belongs to one agent.
 */
public final class JobRunner {
  private static final Duration LONGEST_RUN = Duration.ofDays(365);
  private static final Duration STARTING = Duration.ofSeconds(10);

  private final Executor executor;
  private final Path work;
  private final Optional<CpuLevel> machine;
  private final KeptInputs kept;

  /** Keeps no inputs; see the other constructor. */
  public JobRunner(Executor executor, Path work) {
    this(executor, work, KeptInputs.none());
  }

  /**
   * @param work folder of what is brought here; the engine must see the same path
   * @param kept inputs of earlier jobs
   */
  public JobRunner(Executor executor, Path work, KeptInputs kept) {
    this(executor, work, kept, HostCpu.level());
  }

  JobRunner(Executor executor, Path work, Optional<CpuLevel> machine) {
    this(executor, work, KeptInputs.none(), machine);
  }

  /**
   * @param machine the highest level of the engine's CPUs; empty where it is not known, and jobs of
   *     all levels are taken
   */
  private JobRunner(Executor executor, Path work, KeptInputs kept, Optional<CpuLevel> machine) {
    this.executor = executor;
    this.kept = kept;
    this.machine = machine;
    this.work = work.toAbsolutePath().normalize();
  }

  /**
   * How long a run may take at most: twice the CPU time of its limit and some seconds to start. A
   * job that waits longer than it works does not use what it asked for.
   *
   * @param timePerInstruction nanoseconds
   */
  public static Duration wallClock(long timePerInstruction, long instructionLimit) {
    BigInteger nanos =
        BigInteger.valueOf(timePerInstruction)
            .multiply(BigInteger.valueOf(instructionLimit))
            .shiftLeft(1)
            .add(BigInteger.valueOf(STARTING.toNanos()));
    BigInteger most = BigInteger.valueOf(LONGEST_RUN.toNanos());
    return Duration.ofNanos(nanos.min(most).longValueExact());
  }

  /**
   * Fetches and checks a job's spec, its image unless the engine has it, and its input. Sizes are
   * known from digests, so what would exceed the bandwidth limit is not even begun. A second call
   * finds what the first one came to (whatever it says of the image's traffic), except that a job
   * that was not found is looked for again, and so is an image that the engine has lost.
   *
   * @throws modicum.directory.DirectoryUnavailable the directory does not answer
   * @throws modicum.executor.EngineUnavailable the engine does not answer
   */
  public Preparation prepare(Directory directory, JobSource source, ImageTraffic imageTraffic) {
    return prepare(directory, source, imageTraffic, JobKeys.NONE);
  }

  /**
   * As {@link #prepare(Directory, JobSource, ImageTraffic)}, for encrypted jobs as well. One whose
   * key is not here is not found.
   */
  public Preparation prepare(
      Directory directory, JobSource source, ImageTraffic imageTraffic, JobKeys keys) {
    WorkFolder folder = WorkFolder.of(work, source.match());
    JobFetch fetch =
        new JobFetch(executor, machine, directory, source, folder, imageTraffic, kept, keys);
    Optional<Preparation> noted = folder.noted();
    if (noted.isEmpty()) {
      return fetch.fetch();
    }
    return noted.get() instanceof Preparation.Ready ready ? fetch.requireImage(ready) : noted.get();
  }

  /** What an earlier {@link #prepare} came to. */
  public Optional<Preparation> prepared(MatchId match) {
    return WorkFolder.of(work, match).noted();
  }

  /** Starts a run, or finds the one of that name, running or ended. */
  public RunState start(
      RunName name,
      Preparation.Ready ready,
      Limits limits,
      long timePerInstruction,
      Duration wallClock) {
    return executor.start(
        new RunRequest(name, ready.spec(), ready.input(), limits, timePerInstruction, wallClock));
  }

  /** Starts a run, or finds the one of that name, and waits for its end. */
  public RunOutcome run(
      RunName name,
      Preparation.Ready ready,
      Limits limits,
      long timePerInstruction,
      Duration wallClock)
      throws InterruptedException {
    RunState state = start(name, ready, limits, timePerInstruction, wallClock);
    return state instanceof RunState.Ended ended ? ended.outcome() : executor.await(name);
  }

  /**
   * Gives the engine the image of a job's comparator, unless it has it.
   *
   * @return what is wrong with the image; empty where nothing is
   */
  public Optional<String> loadComparator(
      Directory directory, JobSource source, ImageReference image) {
    WorkFolder folder = WorkFolder.of(work, source.match());
    return new JobFetch(
            executor, machine, directory, source, folder, ImageTraffic.NEVER, kept, JobKeys.NONE)
        .loadComparator(image);
  }

  /**
   * Puts the output of a job into a directory, encrypted where the job wants that, and announces it
   * there. Killed and asked again, it encrypts nothing twice.
   *
   * @param spec of the job; empty where it is not known, so that its output is plain
   * @param output of the run
   * @param outputFolder where its files are
   */
  public void publish(
      Directory directory,
      MatchId match,
      Optional<JobSpec> spec,
      Manifest output,
      Path outputFolder) {
    Digest manifest =
        spec.flatMap(JobSpec::recipient)
            .map(
                recipient ->
                    new EncryptedUpload(directory, WorkFolder.of(work, match).encryptedOutput())
                        .put(output, outputFolder, recipient, TransferProgress.NONE))
            .orElseGet(
                () ->
                    new FolderTransfer(directory).put(output, outputFolder, TransferProgress.NONE))
            .manifest();
    directory.announceResult(match, manifest);
  }

  Path comparisonFolder(RunName name) {
    return WorkFolder.of(work, name.match()).comparison(name.attempt());
  }

  /** The matches of which something is here. */
  public List<MatchId> matches() {
    if (!Files.isDirectory(work)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(work)) {
      return folders.flatMap(f -> WorkFolder.at(f).match().stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + work, e);
    }
  }

  /** Removes everything of a match: its runs, and what was fetched for it. Idempotent. */
  public void remove(MatchId match, Collection<RunName> runs) {
    runs.forEach(executor::remove);
    WorkFolder.of(work, match).delete();
  }
}
