package modicum.mediator;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.encryption.KeyExchange;
import modicum.directory.uptime.UptimeSource;
import modicum.executor.job.Traffic;
import modicum.mediator.probe.ProbeLog;
import modicum.protocol.identity.Address;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.offer.Quantity;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * One dispute, from what was posted to what is found. Kill it anywhere and begin again: runs that
 * were started are found again, and the same is found.
 */
final class Mediation {
  private final MediatorConfig config;
  private final MediatorWorld world;
  private final MediatorRuns.Engine engine;
  private final Adjudicator adjudicator;
  private final Match match;
  private final MatchState.InMediation state;
  private final Result claim;
  private final ProbeLog probes;
  private final Path claimFolder;
  private final KeyExchange exchange;
  private final MediationDeadline deadline;

  /**
   * @param probes what we saw of the directories by ourselves
   * @param claimFolder where the claimed output goes; need not exist
   * @param exchange asks the parties for the key of an encrypted job
   */
  Mediation(
      MediatorConfig config,
      MediatorWorld world,
      MediatorRuns.Engine engine,
      ProbeLog probes,
      Match match,
      Path claimFolder,
      KeyExchange exchange) {
    this.config = config;
    this.world = world;
    this.engine = engine;
    this.adjudicator = new Adjudicator(world.ledger().parameters());
    this.match = match;
    this.state = (MatchState.InMediation) match.state();
    this.claim = state.result();
    this.probes = probes;
    this.claimFolder = claimFolder;
    this.exchange = exchange;
    this.deadline = MediationDeadline.of(world.ledger(), config, state);
  }

  MediationDeadline deadline() {
    return deadline;
  }

  /**
   * @throws DirectoryUnavailable and there is still time to wait for it
   * @throws KeyAwaited the job is encrypted, and there is still time to wait for its key
   */
  Finding find() throws InterruptedException, GaveUp {
    deadline.requireNotPassed();
    if (claim.status() == ResultStatus.DECLINED) {
      return decided(Dispute.Uptime.NOT_ASKED, Dispute.Search.NOT_NEEDED, 0);
    }
    Directory directory = world.directory(match.terms().directory());
    try {
      return claimsThatDirectoryWasDown()
          ? decided(availability(), Dispute.Search.NOT_NEEDED, 0)
          : lookAtResult(directory);
    } catch (DirectoryUnavailable e) {
      if (Thread.interrupted()) {
        // It was us who hung up: nothing is known of the directory.
        throw new InterruptedException(e.getMessage());
      }
      if (!deadline.isNear()) {
        throw e;
      }
      return decided(Dispute.Uptime.SILENT, Dispute.Search.NOT_NEEDED, 0);
    }
  }

  private boolean claimsThatDirectoryWasDown() {
    return claim.status() == ResultStatus.DIRECTORY_UNAVAILABLE
        || state.reason() == RejectReason.DIRECTORY_UNAVAILABLE;
  }

  private Finding lookAtResult(Directory directory) throws InterruptedException, GaveUp {
    DisputedKey key = DisputedKey.of(match, directory, exchange, world.ledger());
    ClaimSearch search = new ClaimSearch(directory, match, claim, key, claimFolder);
    if (claim.status() != ResultStatus.COMPLETED || key.isMissing()) {
      return runAgain(directory, search, ClaimedResult.missing("there is no output", 0), key);
    }
    boolean asksForResult = state.reason() == RejectReason.RESULT_NOT_FOUND;
    ClaimedResult found = search.look(asksForResult ? Optional.of(claimFolder) : Optional.empty());
    return asksForResult && found.manifest().isEmpty()
        ? decided(availability(), Dispute.Search.NOT_FOUND, found.bytesMoved())
        : runAgain(directory, search, found, key);
  }

  private Finding runAgain(
      Directory directory, ClaimSearch search, ClaimedResult found, DisputedKey key)
      throws InterruptedException, GaveUp {
    Retrial.Outcome retrial =
        new Retrial(match, claim, directory, engine, deadline, config.timePerInstruction(), key)
            .hold(search, found, claimFolder);
    Reruns reruns = retrial.reruns();
    ClaimedResult claimed = retrial.claimed();
    Dispute dispute =
        dispute(
            Dispute.Uptime.NOT_ASKED,
            claimed.manifest().isPresent() ? Dispute.Search.FOUND : Dispute.Search.NOT_NEEDED);
    long moved = Traffic.saturatingSum(reruns.traffic().moved(), claimed.bytesMoved());
    return new Finding(
        adjudicator.judge(dispute, reruns),
        new Usage(reruns.meanInstructions(), shareOf(moved)),
        dispute,
        Optional.empty(),
        retrial.spec(),
        Optional.of(reruns),
        retrial.outcomes());
  }

  private Availability availability() {
    MatchTimes times = MatchTimes.of(world.ledger(), match.id());
    // Before the posting it mattered to the provider, after it to the job creator.
    boolean toProvider = claim.status() == ResultStatus.DIRECTORY_UNAVAILABLE;
    long to = toProvider ? times.posted() : times.rejected();
    long from =
        Math.max(toProvider ? times.matched() : times.posted(), to - UptimeSource.LONGEST_RANGE);
    Address directory = match.terms().directory();
    return new UptimeInquiry(world.uptime(directory), directory, world.ledger(), probes)
        .about(from, to);
  }

  private Dispute dispute(Dispute.Uptime uptime, Dispute.Search search) {
    return Dispute.of(claim, state.reason(), match.jobOffer().limits().priced(), uptime, search);
  }

  private Finding decided(Availability availability, Dispute.Search search, long bytesMoved) {
    Dispute.Uptime uptime = availability.conclusion().uptime();
    return decided(uptime, Optional.of(availability), search, bytesMoved);
  }

  private Finding decided(Dispute.Uptime uptime, Dispute.Search search, long bytesMoved) {
    return decided(uptime, Optional.empty(), search, bytesMoved);
  }

  /** What needs no run. */
  private Finding decided(
      Dispute.Uptime uptime,
      Optional<Availability> availability,
      Dispute.Search search,
      long bytesMoved) {
    Dispute dispute = dispute(uptime, search);
    return new Finding(
        adjudicator.beforeRunning(dispute).orElseThrow(),
        new Usage(0, shareOf(bytesMoved)),
        dispute,
        availability,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** What is billed for one run of what was moved for all of them. */
  private long shareOf(long bytesMoved) {
    return Math.min(Math.ceilDiv(bytesMoved, engine.names().count()), Quantity.MAXIMUM);
  }
}
