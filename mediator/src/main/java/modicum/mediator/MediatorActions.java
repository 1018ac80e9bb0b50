package modicum.mediator;

import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.directory.encryption.KeyExchange;
import modicum.executor.RunName;
import modicum.ledger.Ledger;
import modicum.ledger.MarketMoney;
import modicum.ledger.Submission;
import modicum.mediator.probe.ProbeLog;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.Result;

/** Performs a mediator's actions: the only place where it changes anything. */
final class MediatorActions {
  private final MediatorConfig config;
  private final MediatorWorld world;
  private final Ledger ledger;
  private final Address account;
  private final MediatorRuns.Engine engine;
  private final Verdicts verdicts;
  private final Claims claims;
  private final ProbeLog probes;
  private final MediatorMeter meter;
  private final KeyExchange exchange;
  private final MediatorLog log;
  private final Hearings hearings = new Hearings();

  /** When a match that has no verdict yet was taken up, nanoseconds of the machine's clock. */
  private final Map<MatchId, Long> begun = new ConcurrentHashMap<>();

  MediatorActions(
      MediatorConfig config,
      MediatorWorld world,
      MediatorRuns.Engine engine,
      Verdicts verdicts,
      Claims claims,
      ProbeLog probes,
      MediatorMeter meter,
      KeyExchange exchange) {
    this.config = config;
    this.world = world;
    this.ledger = world.ledger();
    this.account = ledger.account();
    this.log = new MediatorLog(MarketMoney.of(ledger.parameters()));
    this.engine = engine;
    this.verdicts = verdicts;
    this.claims = claims;
    this.probes = probes;
    this.meter = meter;
    this.exchange = exchange;
  }

  void perform(MediatorAction action) throws InterruptedException {
    try {
      act(action);
    } catch (UncheckedIOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(e.getMessage());
      }
      throw new LocalTrouble(e.getMessage() + ": " + e.getCause().getMessage(), e);
    }
  }

  private void act(MediatorAction action) throws InterruptedException {
    switch (action) {
      case MediatorAction.Register a ->
          submit(a, new Command.RegisterMediator(account, a.mediator()), log::registered);
      case MediatorAction.SetTrust a ->
          submit(
              a,
              new Command.SetTrust(account, a.kind(), a.subjects(), a.trusted()),
              () -> log.trustSet(a));
      case MediatorAction.Mediate a -> hear(a);
      case MediatorAction.CleanUp a -> cleanUp(a.match());
      case MediatorAction.Withdraw a ->
          submit(a, new Command.Withdraw(account, a.amount()), () -> log.withdrew(a.amount()));
    }
  }

  private void submit(MediatorAction action, Command command, Runnable done) {
    switch (ledger.submit(command)) {
      case Submission.Accepted accepted -> done.run();
      case Submission.Refused refused -> log.refused(action, refused.rejection());
    }
  }

  private void hear(MediatorAction.Mediate action) throws InterruptedException {
    MatchId match = action.match().id();
    try {
      hearings.hold(match, () -> mediate(action));
    } catch (GaveUp e) {
      log.gaveUp(match, e.getMessage());
    }
  }

  private void mediate(MediatorAction.Mediate action) throws InterruptedException, GaveUp {
    Match match = action.match();
    Result claim = match.state().postedResult().orElseThrow();
    Mediation mediation =
        new Mediation(config, world, engine, probes, match, claims.of(match.id(), claim), exchange);
    Optional<VerdictRecord> known = verdicts.of(match);
    VerdictRecord verdict = known.isPresent() ? known.get() : judge(match, mediation);
    store(match, verdict, mediation.deadline());
    mediation.deadline().requireNotPassed();
    submit(
        action,
        new Command.PostVerdict(
            account, match.id(), verdict.verdict(), verdict.usage(), verdict.evidence()),
        () -> log.verdictPosted(match.id()));
  }

  private VerdictRecord judge(Match match, Mediation mediation)
      throws InterruptedException, GaveUp {
    long since = begun.computeIfAbsent(match.id(), m -> takeUp(match));
    Finding finding = mediation.find();
    byte[] evidence = Evidence.of(match, finding, config, ledger.signer());
    VerdictRecord verdict = verdicts.keep(match, finding, evidence);
    begun.remove(match.id());
    meter.judged(verdict.verdict(), Duration.ofNanos(System.nanoTime() - since));
    log.judged(match.id(), finding.judgement(), verdict.evidence());
    return verdict;
  }

  /** However often something does not answer, the operator is told once. */
  private long takeUp(Match match) {
    log.mediating(match);
    return System.nanoTime();
  }

  /** A verdict does not wait for a directory until it is too late for both. */
  private void store(Match match, VerdictRecord verdict, MediationDeadline deadline)
      throws InterruptedException {
    byte[] evidence = verdicts.evidence(verdict.evidence()).orElseThrow();
    try {
      Directory directory = world.directory(match.terms().directory());
      directory.put(
          new Digest(verdict.evidence(), evidence.length),
          () -> new ByteArrayInputStream(evidence),
          TransferProgress.NONE);
    } catch (DirectoryUnavailable | NoDoor e) {
      if (Thread.interrupted()) {
        // It was us who hung up.
        throw new InterruptedException(e.getMessage());
      }
      if (verdict.verdict() != Verdict.DIRECTORY_UNAVAILABLE && !deadline.isNear()) {
        throw e;
      }
      log.evidenceNotStored(match.id(), e.getMessage());
    }
  }

  /** Runs are not taken from under a hearing that waits for them. */
  private void cleanUp(MatchId match) throws InterruptedException {
    hearings.callOff(match);
    begun.remove(match);
    List<RunName> here =
        world.executor().runs().stream()
            .filter(run -> engine.names().isMine(run) && run.match().equals(match))
            .toList();
    engine.runner().remove(match, here);
    claims.delete(match);
    exchange.forget(match);
    log.cleanedUp(match);
  }
}
