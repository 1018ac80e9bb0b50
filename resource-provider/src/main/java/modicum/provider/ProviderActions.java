package modicum.provider;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import modicum.directory.Directory;
import modicum.directory.DirectoryRefused;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.executor.RunName;
import modicum.executor.job.ImageTraffic;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.Preparation;
import modicum.ledger.Ledger;
import modicum.ledger.MarketMoney;
import modicum.ledger.Submission;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.job.JobSpec;
import modicum.protocol.market.Condition;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.result.ResultStatus;

/** Performs a provider's actions: the only place where it changes anything. */
final class ProviderActions {
  private final ProviderConfig config;
  private final ProviderWorld world;
  private final Ledger ledger;
  private final Address account;
  private final JobRunner runner;
  private final Troubles troubles;
  private final LeftOffers leftOffers;
  private final Published published;
  private final Runs runs;
  private final ProviderKeys keys;
  private final ProviderLog log;

  ProviderActions(
      ProviderConfig config,
      ProviderWorld world,
      JobRunner runner,
      Troubles troubles,
      LeftOffers leftOffers,
      Published published,
      Runs runs,
      ProviderKeys keys) {
    this.config = config;
    this.world = world;
    this.ledger = world.ledger();
    this.account = ledger.account();
    this.log = new ProviderLog(MarketMoney.of(ledger.parameters()));
    this.runner = runner;
    this.troubles = troubles;
    this.leftOffers = leftOffers;
    this.published = published;
    this.runs = runs;
    this.keys = keys;
  }

  void perform(ProviderAction action) {
    switch (action) {
      case ProviderAction.LeaveOffer a -> leave(a.solver(), a.offer());
      case ProviderAction.RunJob a -> run(a);
      case ProviderAction.PublishResult a -> publishResult(a);
      case ProviderAction.HandOverKey a -> handOverKey(a);
      case ProviderAction.CleanUp a -> cleanUp(a.match());
      case ProviderAction.OnChain a -> submitted(a, ledger.submit(a.command(account)));
    }
  }

  /** Those that stand in each other's way, or carry money, go alone. */
  boolean sharesTransaction(ProviderAction action) {
    return action instanceof ProviderAction.OnChain onChain
        && switch (onChain) {
          case ProviderAction.PostOffer a -> true;
          case ProviderAction.PostResult a -> true;
          case ProviderAction.CloseBySilence a -> true;
          case ProviderAction.CloseMediationOverdue a -> true;
          case ProviderAction.Register a -> false;
          case ProviderAction.SetTrust a -> false;
          case ProviderAction.Deposit a -> false;
          case ProviderAction.Withdraw a -> false;
        };
  }

  void performTogether(List<ProviderAction> actions) {
    List<ProviderAction.OnChain> onChain =
        actions.stream().map(ProviderAction.OnChain.class::cast).toList();
    List<Submission> submissions =
        ledger.submitAll(onChain.stream().map(a -> a.command(account)).toList());
    for (int i = 0; i < onChain.size(); i++) {
      submitted(onChain.get(i), submissions.get(i));
    }
  }

  private void submitted(ProviderAction.OnChain action, Submission submission) {
    switch (submission) {
      case Submission.Accepted accepted -> log.done(action);
      case Submission.Refused refused -> {
        // An offer that stands is what was wanted; its answer may have been lost with an outage.
        if (refused.rejection().condition() != Condition.OFFER_ALREADY_POSTED) {
          log.refused(action, refused.rejection());
        }
      }
    }
  }

  private void leave(String solver, ResourceOffer offer) {
    OfferHash hash = ledger.hasher().hash(offer);
    Signature signature = ledger.signer().sign(hash.value());
    Optional<String> refused =
        world.orderBooks().get(solver).leave(new SignedResourceOffer(offer, signature));
    leftOffers.left(new ProviderObservation.LeftOffer(solver, hash), ledger.head().time());
    refused.ifPresentOrElse(
        why -> log.offerNotTaken(solver, offer, why), () -> log.offerLeft(solver, offer));
  }

  private void run(ProviderAction.RunJob action) {
    MatchId match = action.match();
    Preparation preparation = withDirectory(match, () -> prepare(action));
    switch (preparation) {
      case Preparation.Ready ready -> {
        troubles.end(match);
        start(action, ready);
      }
      case Preparation.Failed failed -> {
        log.jobNotStarted(match, failed.explanation());
        if (failed.status() == ResultStatus.JOB_NOT_FOUND) {
          note(match, kindOf(action), failed.explanation());
          throw new DirectoryUnavailable(failed.explanation());
        }
      }
    }
  }

  /** That we lost what we were given the key with is nobody else's fault. */
  private Trouble.Kind kindOf(ProviderAction.RunJob notFound) {
    MatchId match = notFound.match();
    if (!keys.isAwaited(match)) {
      return Trouble.Kind.NOT_FOUND;
    }
    Directory directory = world.directories().apply(notFound.offer().directory());
    return keys.areLost(directory, match, notFound.offer().jobCreator())
        ? Trouble.Kind.REFUSED
        : Trouble.Kind.KEY_MISSING;
  }

  private Preparation prepare(ProviderAction.RunJob action) {
    Directory directory = world.directories().apply(action.offer().directory());
    JobSource source = JobSource.of(action.match(), action.offer());
    return runner.prepare(directory, source, ImageTraffic.IF_FETCHED, keys);
  }

  private void start(ProviderAction.RunJob action, Preparation.Ready ready) {
    long instructions = action.offer().limits().instructions();
    Duration left =
        Duration.ofSeconds(Math.max(1, action.offer().completionDeadline() - ledger.head().time()));
    Duration most = JobRunner.wallClock(config.timePerInstruction(), instructions);
    Duration wallClock = most.compareTo(left) < 0 ? most : left;
    RunName name = runs.name(action.match());
    runner.start(name, ready, action.offer().limits(), config.timePerInstruction(), wallClock);
    log.jobStarted(name, action.offer());
  }

  private void publishResult(ProviderAction.PublishResult action) {
    if (action.outputFolder().isPresent()) {
      withDirectory(action.match(), () -> publish(action));
    } else {
      publishIfPossible(action);
    }
    published.note(action.match(), action.result().output().digest());
  }

  private Void publish(ProviderAction.PublishResult action) {
    Directory directory = world.directories().apply(action.directory());
    runner.publish(
        directory,
        action.match(),
        specOf(action.match()),
        action.result().output(),
        action.outputFolder().orElseThrow());
    troubles.end(action.match());
    return null;
  }

  private Optional<JobSpec> specOf(MatchId match) {
    return runner
        .prepared(match)
        .filter(Preparation.Ready.class::isInstance)
        .map(ready -> ((Preparation.Ready) ready).spec());
  }

  private void handOverKey(ProviderAction.HandOverKey action) {
    Directory directory = world.directories().apply(action.directory());
    keys.show(directory, action.match(), action.mediator());
  }

  /** A result without output can be told from its commitment alone, so a down directory is fine. */
  private void publishIfPossible(ProviderAction.PublishResult action) {
    try {
      Directory directory = world.directories().apply(action.directory());
      byte[] manifest = action.result().output().canonical();
      directory.put(
          action.result().output().digest(),
          () -> new ByteArrayInputStream(manifest),
          TransferProgress.NONE);
      directory.announceResult(action.match(), action.result().output().digest());
    } catch (DirectoryUnavailable e) {
      log.emptyResultNotStored(action.match(), e.getMessage());
    }
  }

  private void cleanUp(MatchId match) {
    runner.remove(match, List.of(runs.name(match)));
    troubles.end(match);
    published.forget(match);
    keys.exchange().forget(match);
    log.cleanedUp(match);
  }

  /** Notes since when the directory does not do its part. */
  private <T> T withDirectory(MatchId match, Supplier<T> transfer) {
    try {
      return transfer.get();
    } catch (DirectoryRefused e) {
      note(match, Trouble.Kind.REFUSED, e.getMessage());
      throw e;
    } catch (DirectoryUnavailable e) {
      note(match, Trouble.Kind.UNREACHABLE, e.getMessage());
      throw e;
    }
  }

  private void note(MatchId match, Trouble.Kind kind, String why) {
    log.waiting(match, kind, why);
    troubles.note(match, kind, ledger.head().time(), why);
  }
}
