package modicum.jobcreator.verification;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import modicum.directory.Directory;
import modicum.directory.encryption.KeyExchange;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.job.ImageTraffic;
import modicum.executor.job.JobResult;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.OutputComparison;
import modicum.executor.job.Preparation;
import modicum.executor.job.Traffic;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.jobcreator.result.FileTree;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import modicum.protocol.job.Equality;
import modicum.protocol.match.Match;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at results: runs a job again in the same sandbox as its provider, or lets a checker look.
 * Killed and asked again, it finds its own runs and does not repeat them.
 */
public final class Verifier {
  private static final Logger LOG = LoggerFactory.getLogger(Verifier.class);

  /** A checker's run, beside the job's own, which is 0. */
  private static final int CHECKER_ATTEMPT = 1;

  private static final int COMPARATOR_ATTEMPT = 2;

  private final Supplier<Executor> executor;
  private final Function<Address, Directory> directories;
  private final JobRecords records;
  private final KeyExchange exchange;
  private final MarketParameters parameters;
  private final OptionalLong timePerInstruction;

  /**
   * @param timePerInstruction of this machine, nanoseconds; empty: that of the provider's counts
   */
  public Verifier(
      Supplier<Executor> executor,
      Function<Address, Directory> directories,
      JobRecords records,
      KeyExchange exchange,
      MarketParameters parameters,
      OptionalLong timePerInstruction) {
    this.executor = executor;
    this.directories = directories;
    this.records = records;
    this.exchange = exchange;
    this.parameters = parameters;
    this.timePerInstruction = timePerInstruction;
  }

  /**
   * @param registered the provider's time per instruction, nanoseconds
   * @param manifest the result digest, of a result that is here
   * @throws modicum.executor.EngineUnavailable the engine does not answer
   * @throws modicum.directory.DirectoryUnavailable the directory does not answer
   */
  public Finding verify(JobRecord job, Match match, long registered, Digest manifest)
      throws InterruptedException {
    Result claimed = match.state().postedResult().orElseThrow();
    Directory directory = directories.apply(job.offer().directory());
    if (claimed.status() == ResultStatus.JOB_NOT_FOUND) {
      return new UploadCheck(directory, exchange, records.key(job.id())).of(job, match);
    }
    Preparation prepared =
        runner()
            .prepare(
                directory,
                JobSource.of(match),
                imageTraffic(match),
                (d, source, recipient) -> records.key(source.match()));
    long time = Math.max(1, timePerInstruction.orElse(registered));
    return switch (prepared) {
      case Preparation.Failed failed -> Judgement.ofUnfit(claimed.status(), failed);
      case Preparation.Ready ready when isForChecker(job, claimed) -> check(job, ready, time);
      case Preparation.Ready ready -> runAgain(job, match, manifest, ready, time);
    };
  }

  private static boolean isForChecker(JobRecord job, Result claimed) {
    return job.method() == VerificationMethod.CHECK && claimed.status() == ResultStatus.COMPLETED;
  }

  private Finding runAgain(
      JobRecord job, Match match, Digest manifest, Preparation.Ready ready, long time)
      throws InterruptedException {
    RunOutcome outcome =
        runner().run(name(job, 0), ready, job.offer().limits(), time, wallClock(job, time));
    Traffic traffic = ready.traffic();
    boolean withImage = imageTraffic(match) == ImageTraffic.ALWAYS;
    JobResult own =
        JobResult.of(
            ready.spec(),
            outcome,
            withImage ? traffic.whole() : traffic.others(),
            job.offer().limits());
    long most =
        Traffic.saturatingSum(traffic.whole(), Traffic.ofUpload(ready.spec(), outcome.output()));
    return new Judgement(match, manifest, own, most, timePerInstruction.isPresent(), parameters)
        .finding(() -> compare(job, match, ready, outcome, time));
  }

  private OutputComparison.Answer compare(
      JobRecord job, Match match, Preparation.Ready ready, RunOutcome own, long time)
      throws InterruptedException {
    if (!(ready.spec().equality() instanceof Equality.Comparator comparator)) {
      return OutputComparison.Answer.DIFFERENT;
    }
    Directory directory = directories.apply(job.offer().directory());
    Optional<String> unfit =
        runner().loadComparator(directory, JobSource.of(match), comparator.image());
    if (unfit.isPresent()) {
      return OutputComparison.Answer.FAILED;
    }
    return new OutputComparison(
            runner(), comparator.image(), ready.spec().cpuLevel(), job.offer().limits(), time)
        .compare(name(job, COMPARATOR_ATTEMPT), own.outputFolder(), records.resultFolder(job.id()));
  }

  private Finding check(JobRecord job, Preparation.Ready ready, long time)
      throws InterruptedException {
    Path scratch = records.scratchFolder(job.id());
    return new CheckerRun(executor.get(), name(job, CHECKER_ATTEMPT), scratch)
        .check(job, ready, records.resultFolder(job.id()), records.imageFolder(), time);
  }

  /** Removes everything that looking at a job's result left on this machine. Idempotent. */
  public void cleanUp(JobRecord job) {
    if (job.method() == VerificationMethod.TRUST) {
      return;
    }
    FileTree.delete(records.scratchFolder(job.id()));
    try {
      runner()
          .remove(
              job.id(),
              IntStream.rangeClosed(0, COMPARATOR_ATTEMPT).mapToObj(n -> name(job, n)).toList());
    } catch (EngineUnavailable e) {
      LOG.warn("Runs of {} are left in the engine: {}", job.id(), e.getMessage());
    }
  }

  private JobRunner runner() {
    return new JobRunner(executor.get(), records.workFolder());
  }

  private static ImageTraffic imageTraffic(Match match) {
    boolean foundTooLarge =
        match.state().postedResult().orElseThrow().status() == ResultStatus.BANDWIDTH_EXCEEDED;
    return foundTooLarge ? ImageTraffic.ALWAYS : ImageTraffic.NEVER;
  }

  private static Duration wallClock(JobRecord job, long time) {
    return JobRunner.wallClock(time, job.offer().limits().instructions());
  }

  private static RunName name(JobRecord job, int attempt) {
    return new RunName(owner(job.offer().jobCreator()), job.id(), attempt);
  }

  /** In whose name a job creator's runs are on an engine. */
  public static String owner(Address jobCreator) {
    return "jc-" + jobCreator.toString().substring("0x".length(), "0x".length() + 8);
  }
}
