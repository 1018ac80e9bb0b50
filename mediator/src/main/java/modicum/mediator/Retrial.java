package modicum.mediator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.job.ImageTraffic;
import modicum.executor.job.JobResult;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.Preparation;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.Match;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;

/** Runs a disputed job again, n times, and compares what comes of it with the claim. */
final class Retrial {
  private final Match match;
  private final Result claim;
  private final Directory directory;
  private final JobRunner runner;
  private final MediatorRuns runs;
  private final RunSlots slots;
  private final MediationDeadline deadline;
  private final long timePerInstruction;
  private final DisputedKey key;

  Retrial(
      Match match,
      Result claim,
      Directory directory,
      MediatorRuns.Engine engine,
      MediationDeadline deadline,
      long timePerInstruction,
      DisputedKey key) {
    this.match = match;
    this.claim = claim;
    this.directory = directory;
    this.runner = engine.runner();
    this.runs = engine.names();
    this.slots = engine.slots();
    this.deadline = deadline;
    this.timePerInstruction = timePerInstruction;
    this.key = key;
  }

  /**
   * What came of it.
   *
   * @param spec of the job, where it is there and fit to be run
   * @param outcomes of the runs; none where the job could not be run
   */
  record Outcome(
      Optional<JobSpec> spec, Reruns reruns, List<RunOutcome> outcomes, ClaimedResult claimed) {}

  /**
   * @param found what is known of the claimed output already
   * @param claimFolder where the claimed output goes if its files are needed
   */
  Outcome hold(ClaimSearch search, ClaimedResult found, Path claimFolder)
      throws InterruptedException, GaveUp {
    return discreet(holdOpenly(search, found, claimFolder));
  }

  private Outcome holdOpenly(ClaimSearch search, ClaimedResult found, Path claimFolder)
      throws InterruptedException, GaveUp {
    return switch (runner.prepare(directory, JobSource.of(match), imageTraffic(), key.keys())) {
      case Preparation.Failed failed when failed.status() == ResultStatus.DECLINED ->
          // Of a job that only others can run nothing may be judged here.
          throw new GaveUp(failed.explanation());
      case Preparation.Failed failed -> couldNotRun(failed, found);
      case Preparation.Ready ready -> {
        List<RunOutcome> outcomes = runAll(ready);
        ClaimedResult claimed = needsFiles(ready) ? search.look(Optional.of(claimFolder)) : found;
        yield compare(ready, outcomes, search, claimed);
      }
    };
  }

  /**
   * A provider that found the job too large before it ran it may have had to fetch the image; every
   * other claim may be of one that had it.
   */
  private ImageTraffic imageTraffic() {
    boolean refusedEarly =
        claim.status() == ResultStatus.BANDWIDTH_EXCEEDED && claim.usage().instructions() == 0;
    return refusedEarly ? ImageTraffic.ALWAYS : ImageTraffic.NEVER;
  }

  /** What keeps one run from starting keeps all of them. */
  private Outcome couldNotRun(Preparation.Failed failed, ClaimedResult claimed) {
    List<JobResult> results =
        Collections.nCopies(runs.count(), JobResult.of(explained(failed), limits()));
    Reruns reruns =
        new Reruns(
            results, Optional.empty(), Optional.empty(), failed.traffic(), limits().bandwidth());
    return new Outcome(Optional.empty(), reruns, List.of(), claimed);
  }

  /** Why there was no key is more than that there was none. */
  private Preparation.Failed explained(Preparation.Failed failed) {
    return failed.status() == ResultStatus.JOB_NOT_FOUND && key.absence().isPresent()
        ? new Preparation.Failed(failed.status(), key.absence().get(), failed.traffic())
        : failed;
  }

  /**
   * Evidence is for everyone who can read the directory. Of an encrypted job it says neither what
   * files are called nor what is in them.
   */
  private Outcome discreet(Outcome outcome) {
    if (key.recipient().isEmpty()) {
      return outcome;
    }
    Reruns reruns = outcome.reruns();
    return new Outcome(
        outcome.spec(),
        new Reruns(
            reruns.results().stream().map(this::discreet).toList(),
            reruns.disagreement().map(which -> "two runs of the encrypted job differ"),
            reruns
                .differenceFromClaim()
                .map(where -> "the claimed output of the encrypted job differs from the runs'"),
            reruns.traffic(),
            reruns.bandwidthLimit(),
            reruns.encrypted()),
        outcome.outcomes(),
        outcome.claimed());
  }

  private JobResult discreet(JobResult result) {
    String said =
        result.status() == ResultStatus.JOB_NOT_FOUND
            ? key.absence().orElse("a part of the encrypted job is not there")
            : "the encrypted job ended so";
    return new JobResult(result.status(), result.output(), result.usage(), said);
  }

  private List<RunOutcome> runAll(Preparation.Ready ready) throws InterruptedException, GaveUp {
    List<RunOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < runs.count(); i++) {
      RunName name = runs.rerun(match.id(), i);
      outcomes.add(slots.withRoomFor(ready.spec().cpus(), () -> run(name, ready)));
    }
    return outcomes;
  }

  private RunOutcome run(RunName name, Preparation.Ready ready)
      throws InterruptedException, GaveUp {
    deadline.requireNotPassed();
    Duration wallClock = JobRunner.wallClock(timePerInstruction, limits().instructions());
    return runner.run(name, ready, limits(), timePerInstruction, wallClock);
  }

  /** Only a comparator needs more of a claimed output than its digest. */
  private boolean needsFiles(Preparation.Ready ready) {
    return ready.spec().equality() instanceof Equality.Comparator
        && claim.status() == ResultStatus.COMPLETED;
  }

  private Outcome compare(
      Preparation.Ready ready, List<RunOutcome> outcomes, ClaimSearch search, ClaimedResult claimed)
      throws InterruptedException, GaveUp {
    List<JobResult> results =
        outcomes.stream()
            .map(o -> JobResult.of(ready.spec(), o, ready.traffic().others(), limits()))
            .toList();
    OutputEquality equality = equality(ready);
    Optional<String> disagreement = equality.disagreement(results, outcomes);
    Optional<String> difference = Optional.empty();
    boolean claimsOutput =
        claim.status() == ResultStatus.COMPLETED
            && results.getFirst().status() == ResultStatus.COMPLETED;
    if (disagreement.isEmpty()
        && claimsOutput
        && !search.commitsTo(results.getFirst().output().digest())) {
      disagreement = equality.unfitness(outcomes.getFirst());
      difference = equality.differenceFromClaim(results.getFirst(), outcomes.getFirst(), claimed);
    }
    Reruns reruns =
        new Reruns(
            results,
            disagreement,
            difference,
            ready.traffic(),
            limits().bandwidth(),
            ready.spec().recipient().isPresent());
    return new Outcome(Optional.of(ready.spec()), reruns, outcomes, claimed);
  }

  private OutputEquality equality(Preparation.Ready ready) {
    return new OutputEquality(
        match, ready.spec().equality(), runs, runner, slots, directory, timePerInstruction);
  }

  private Limits limits() {
    return match.jobOffer().limits();
  }
}
