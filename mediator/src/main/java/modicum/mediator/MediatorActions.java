package modicum.mediator;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.executor.job.FileTree;
import modicum.executor.job.JobRunner;
import modicum.ledger.Ledger;
import modicum.ledger.Submission;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.Verdict;

/** Performs a mediator's actions: the only place where it changes anything. */
final class MediatorActions {
  private final MediatorConfig config;
  private final MediatorWorld world;
  private final Ledger ledger;
  private final Address account;
  private final JobRunner runner;
  private final MediatorRuns runs;
  private final Verdicts verdicts;
  private final MediatorMeter meter;
  private final MediatorLog log = new MediatorLog();

  MediatorActions(
      MediatorConfig config,
      MediatorWorld world,
      JobRunner runner,
      MediatorRuns runs,
      Verdicts verdicts,
      MediatorMeter meter) {
    this.config = config;
    this.world = world;
    this.ledger = world.ledger();
    this.account = ledger.account();
    this.runner = runner;
    this.runs = runs;
    this.verdicts = verdicts;
    this.meter = meter;
  }

  void perform(MediatorAction action) throws InterruptedException {
    switch (action) {
      case MediatorAction.Register a ->
          submit(a, new Command.RegisterMediator(account, a.mediator()), log::registered);
      case MediatorAction.SetTrust a ->
          submit(
              a,
              new Command.SetTrust(account, a.kind(), a.subjects(), a.trusted()),
              () -> log.trustSet(a));
      case MediatorAction.Mediate a -> mediate(a);
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

  private void mediate(MediatorAction.Mediate action) throws InterruptedException {
    Match match = action.match();
    Mediation mediation =
        new Mediation(config, world, runner, runs, match, claimFolder(match.id()));
    try {
      Optional<VerdictRecord> known = verdicts.of(match.id());
      VerdictRecord verdict = known.isPresent() ? known.get() : judge(match, mediation);
      store(match, verdict, mediation);
      mediation.requireInTime();
      submit(
          action,
          new Command.PostVerdict(
              account, match.id(), verdict.verdict(), verdict.usage(), verdict.evidence()),
          () -> log.verdictPosted(match.id()));
    } catch (GaveUp e) {
      log.gaveUp(match.id(), e.getMessage());
    }
  }

  private VerdictRecord judge(Match match, Mediation mediation)
      throws InterruptedException, GaveUp {
    long begun = System.nanoTime();
    log.mediating(match);
    Finding finding = mediation.find();
    byte[] evidence = Evidence.of(match, finding, config, ledger.signer());
    VerdictRecord verdict = verdicts.keep(match.id(), finding, evidence);
    meter.judged(verdict.verdict(), Duration.ofNanos(System.nanoTime() - begun));
    log.judged(match.id(), finding.judgement(), verdict.evidence());
    return verdict;
  }

  /** A verdict does not wait for a directory until it is too late for both. */
  private void store(Match match, VerdictRecord verdict, Mediation mediation) {
    byte[] evidence = verdicts.evidence(verdict.evidence()).orElseThrow();
    try {
      Directory directory = world.directories().apply(match.terms().directory());
      directory.put(
          new Digest(verdict.evidence(), evidence.length),
          () -> new ByteArrayInputStream(evidence),
          TransferProgress.NONE);
    } catch (DirectoryUnavailable e) {
      if (verdict.verdict() != Verdict.DIRECTORY_UNAVAILABLE && !mediation.isLate()) {
        throw e;
      }
      log.evidenceNotStored(match.id(), e.getMessage());
    }
  }

  private void cleanUp(MatchId match) {
    runner.remove(match, runs.all(match));
    FileTree.delete(claimFolder(match));
    log.cleanedUp(match);
  }

  private Path claimFolder(MatchId match) {
    return config.state().resolve("claims").resolve(match.toHex());
  }
}
