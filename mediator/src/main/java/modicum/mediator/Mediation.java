package modicum.mediator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.UptimeSource;
import modicum.executor.RunOutcome;
import modicum.executor.job.ImageTraffic;
import modicum.executor.job.JobResult;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.Preparation;
import modicum.executor.job.Traffic;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.Quantity;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * One dispute, from what was posted to what is found. Kill it anywhere and begin again: runs that
 * were started are found again, and the same is found.
 */
final class Mediation {
  private static final int RESERVE_SHARE = 4;

  private final MediatorConfig config;
  private final MediatorWorld world;
  private final JobRunner runner;
  private final MediatorRuns runs;
  private final Adjudicator adjudicator;
  private final Match match;
  private final MatchState.InMediation state;
  private final Result claim;
  private final Path claimFolder;

  /**
   * @param claimFolder where the claimed output goes; need not exist
   */
  Mediation(
      MediatorConfig config,
      MediatorWorld world,
      JobRunner runner,
      MediatorRuns runs,
      Match match,
      Path claimFolder) {
    this.config = config;
    this.world = world;
    this.runner = runner;
    this.runs = runs;
    this.adjudicator = new Adjudicator(world.ledger().parameters());
    this.match = match;
    this.state = (MatchState.InMediation) match.state();
    this.claim = state.result();
    this.claimFolder = claimFolder;
  }

  /**
   * @throws DirectoryUnavailable and there is still time to wait for it
   */
  Finding find() throws InterruptedException, GaveUp {
    requireInTime();
    try {
      return findWithDirectory();
    } catch (DirectoryUnavailable e) {
      if (!isLate()) {
        throw e;
      }
      Dispute silent = dispute(Dispute.Uptime.SILENT, Dispute.Search.NOT_NEEDED);
      return decided(silent, adjudicator.beforeRunning(silent).orElseThrow(), 0);
    }
  }

  /** Whether it is too late to wait for a directory. */
  boolean isLate() {
    long reserve =
        Math.min(
            config.verdictReserve(), world.ledger().parameters().mediationWindow() / RESERVE_SHARE);
    return world.ledger().head().time() >= state.deadline() - reserve;
  }

  void requireInTime() throws GaveUp {
    long now = world.ledger().head().time();
    if (now > state.deadline()) {
      throw new GaveUp("the mediation deadline was " + state.deadline() + ", it is " + now);
    }
  }

  private Finding findWithDirectory() throws InterruptedException, GaveUp {
    if (claim.status() == ResultStatus.DECLINED) {
      Dispute dispute = dispute(Dispute.Uptime.NOT_ASKED, Dispute.Search.NOT_NEEDED);
      return decided(dispute, adjudicator.beforeRunning(dispute).orElseThrow(), 0);
    }
    Directory directory = world.directories().apply(match.terms().directory());
    if (claim.status() == ResultStatus.DIRECTORY_UNAVAILABLE
        || state.reason() == RejectReason.DIRECTORY_UNAVAILABLE) {
      Dispute dispute = dispute(uptime(), Dispute.Search.NOT_NEEDED);
      return decided(dispute, adjudicator.beforeRunning(dispute).orElseThrow(), 0);
    }
    ClaimSearch search = new ClaimSearch(directory, match, claim);
    boolean asksForResult = state.reason() == RejectReason.RESULT_NOT_FOUND;
    Optional<Path> target = asksForResult ? Optional.of(claimFolder) : Optional.empty();
    ClaimedResult claimed =
        claim.status() == ResultStatus.COMPLETED
            ? search.look(target)
            : ClaimedResult.missing("there is no output", 0);
    if (asksForResult && claim.status() == ResultStatus.COMPLETED && claimed.manifest().isEmpty()) {
      Dispute dispute = dispute(uptime(), Dispute.Search.NOT_FOUND);
      return decided(
          dispute, adjudicator.beforeRunning(dispute).orElseThrow(), claimed.bytesMoved());
    }
    return runAgain(directory, search, claimed);
  }

  private Finding runAgain(Directory directory, ClaimSearch search, ClaimedResult claimed)
      throws InterruptedException, GaveUp {
    Preparation preparation = runner.prepare(directory, JobSource.of(match), imageTraffic());
    return switch (preparation) {
      case Preparation.Failed failed -> couldNotRun(failed, claimed);
      case Preparation.Ready ready -> ran(directory, search, claimed, ready);
    };
  }

  /** What keeps one run from starting keeps all of them. */
  private Finding couldNotRun(Preparation.Failed failed, ClaimedResult claimed) {
    JobResult result = JobResult.of(failed, limits());
    List<JobResult> results = Collections.nCopies(runs.count(), result);
    Reruns reruns =
        new Reruns(
            results, Optional.empty(), Optional.empty(), failed.traffic(), limits().bandwidth());
    return judged(Optional.empty(), reruns, List.of(), claimed);
  }

  private Finding ran(
      Directory directory, ClaimSearch search, ClaimedResult found, Preparation.Ready ready)
      throws InterruptedException, GaveUp {
    List<RunOutcome> outcomes = runAll(ready);
    List<JobResult> results =
        outcomes.stream().map(o -> JobResult.of(o, ready.traffic().others(), limits())).toList();
    ClaimedResult claimed = forComparator(search, found, ready.spec());
    OutputEquality equality =
        new OutputEquality(
            match, ready.spec().equality(), runs, runner, directory, config.timePerInstruction());
    Optional<String> disagreement = equality.disagreement(results, outcomes);
    Optional<String> difference =
        claim.status() == ResultStatus.COMPLETED && disagreement.isEmpty()
            ? equality.differenceFromClaim(results.getFirst(), outcomes.getFirst(), search, claimed)
            : Optional.empty();
    Reruns reruns =
        new Reruns(results, disagreement, difference, ready.traffic(), limits().bandwidth());
    return judged(Optional.of(ready.spec()), reruns, outcomes, claimed);
  }

  private List<RunOutcome> runAll(Preparation.Ready ready) throws InterruptedException, GaveUp {
    long timePerInstruction = config.timePerInstruction();
    Duration wallClock = JobRunner.wallClock(timePerInstruction, limits().instructions());
    List<RunOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < runs.count(); i++) {
      requireInTime();
      outcomes.add(
          runner.run(runs.rerun(match.id(), i), ready, limits(), timePerInstruction, wallClock));
    }
    return outcomes;
  }

  /** Only a comparator needs more of a claimed output than its digest. */
  private ClaimedResult forComparator(ClaimSearch search, ClaimedResult found, JobSpec spec) {
    boolean needed =
        spec.equality() instanceof Equality.Comparator
            && claim.status() == ResultStatus.COMPLETED
            && found.folder().isEmpty();
    return needed ? search.look(Optional.of(claimFolder)) : found;
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

  private Dispute.Uptime uptime() {
    MatchTimes times = MatchTimes.of(world.ledger(), match.id());
    // Before the posting it mattered to the provider, after it to the job creator.
    boolean toProvider = claim.status() == ResultStatus.DIRECTORY_UNAVAILABLE;
    long to = toProvider ? times.posted() : times.rejected();
    long from =
        Math.max(toProvider ? times.matched() : times.posted(), to - UptimeSource.LONGEST_RANGE);
    boolean up = world.uptimes().apply(match.terms().directory()).uptime(from, to).wasUp(from, to);
    return up ? Dispute.Uptime.UP_ALL_THE_TIME : Dispute.Uptime.DOWN_AT_TIMES;
  }

  private Dispute dispute(Dispute.Uptime uptime, Dispute.Search search) {
    return Dispute.of(claim, state.reason(), limits().priced(), uptime, search);
  }

  private Finding decided(Dispute dispute, Judgement judgement, long bytesMoved) {
    return new Finding(
        judgement, usage(0, bytesMoved), dispute, Optional.empty(), Optional.empty(), List.of());
  }

  private Finding judged(
      Optional<JobSpec> spec, Reruns reruns, List<RunOutcome> outcomes, ClaimedResult claimed) {
    Dispute.Search search =
        claimed.manifest().isPresent() ? Dispute.Search.FOUND : Dispute.Search.NOT_NEEDED;
    Dispute dispute = dispute(Dispute.Uptime.NOT_ASKED, search);
    long instructions = reruns.results().stream().mapToLong(r -> r.usage().instructions()).sum();
    long moved = Traffic.saturatingSum(reruns.traffic().moved(), claimed.bytesMoved());
    return new Finding(
        adjudicator.judge(dispute, reruns),
        usage(instructions, moved),
        dispute,
        spec,
        Optional.of(reruns),
        outcomes);
  }

  private Usage usage(long instructionsOfAll, long bytesMoved) {
    return new Usage(
        Math.ceilDiv(instructionsOfAll, runs.count()),
        Math.min(Math.ceilDiv(bytesMoved, runs.count()), Quantity.MAXIMUM));
  }

  private Limits limits() {
    return match.jobOffer().limits();
  }
}
