package modicum.jobcreator;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.directory.encryption.KeyExchange;
import modicum.directory.encryption.Keys;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.record.JobRecord;
import modicum.jobcreator.record.JobRecords;
import modicum.jobcreator.result.FileTree;
import modicum.jobcreator.result.ResultFetch;
import modicum.jobcreator.result.ResultFetcher;
import modicum.jobcreator.verification.Finding;
import modicum.jobcreator.verification.Verifier;
import modicum.ledger.Ledger;
import modicum.ledger.MarketMoney;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.ledger.WalletTooSmall;
import modicum.ledger.orders.OrderBook;
import modicum.ledger.orders.SignedJobOffer;
import modicum.protocol.Unavailable;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.Wei;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the policy decided. */
final class JobCreatorActions {
  private static final Logger LOG = LoggerFactory.getLogger(JobCreatorActions.class);

  private final MarketAccess market;
  private final JobRecords records;
  private final Observations observations;
  private final KeyExchange exchange;
  private final ResultFetcher fetcher;
  private final Verifier verifier;
  private final Supplier<Collection<JobRecord>> followed;

  /**
   * @param followed the jobs whose problem it is when the account's money or registration fails
   */
  JobCreatorActions(
      MarketAccess market,
      JobRecords records,
      Observations observations,
      KeyExchange exchange,
      Verifier verifier,
      Supplier<Collection<JobRecord>> followed) {
    this.market = market;
    this.records = records;
    this.observations = observations;
    this.exchange = exchange;
    this.fetcher = new ResultFetcher(records);
    this.verifier = verifier;
    this.followed = followed;
  }

  void perform(JobCreatorAction action) throws InterruptedException {
    switch (action) {
      case JobCreatorAction.Register register ->
          submitForAll(new Command.RegisterJobCreator(account()));
      case JobCreatorAction.TrustMediators trust -> trust(trust.mediators());
      case JobCreatorAction.DepositUpTo deposit -> depositUpTo(deposit.free());
      case JobCreatorAction.LeaveOffer leave -> leave(leave.job());
      case JobCreatorAction.HandOverKey handOver -> handOver(handOver);
      case JobCreatorAction.FetchResult fetch -> fetch(fetch.job(), fetch.match());
      case JobCreatorAction.Verify verify -> verify(verify);
      case JobCreatorAction.OnChain onChain -> submit(List.of(onChain));
      case JobCreatorAction.CollectOutput collect -> collect(collect.job());
      case JobCreatorAction.Finish finish -> finish(finish.job(), finish.end());
    }
  }

  void performTogether(List<JobCreatorAction> actions) {
    submit(actions.stream().map(JobCreatorAction.OnChain.class::cast).toList());
  }

  private void trust(Set<Address> mediators) {
    submitForAll(
        new Command.SetTrust(
            account(),
            Trust.JOB_CREATOR_TRUSTS_MEDIATOR,
            mediators.stream().sorted().map(Address::toWord).toList(),
            true));
  }

  /**
   * Asks the market itself, not our view of it, how much is missing, so that a deposit which our
   * view does not show yet is not made twice.
   */
  private void depositUpTo(Wei target) {
    Optional<Rejection> rejection = ledger().dryRun(new Command.Withdraw(account(), target));
    if (rejection.isEmpty()) {
      return;
    }
    if (rejection.get().condition() != Condition.INSUFFICIENT_FUNDS) {
      problemForAll(rejection.get().sentence());
      return;
    }
    Wei free = Wei.parse(rejection.get().data().get(2).toString());
    Wei missing = target.minusOrZero(free);
    Wei wallet = ledger().wallet(account());
    if (!wallet.covers(missing)) {
      problemForAll(
          "a deposit of %s is missing and the wallet of %s has only %s; send it some"
              .formatted(money().forPeople(missing), account(), money().forPeople(wallet)));
      throw money()
          .token()
          .map(token -> new WalletTooSmall(account(), token, wallet, missing))
          .orElseGet(() -> new WalletTooSmall(account(), wallet));
    }
    LOG.info("Depositing {}.", money().forPeople(missing));
    submitForAll(new Command.Deposit(account(), missing));
  }

  private void leave(JobRecord job) {
    SignedJobOffer offer = new SignedJobOffer(job.offer(), job.signature());
    List<String> refusals = new ArrayList<>();
    Optional<Unavailable> unavailable = Optional.empty();
    boolean taken = false;
    for (OrderBook book : market.orderBooks()) {
      try {
        Optional<String> refusal = book.leave(offer);
        refusal.ifPresent(refusals::add);
        taken |= refusal.isEmpty();
      } catch (Unavailable e) {
        unavailable = Optional.of(e);
      }
    }
    if (!taken && refusals.isEmpty() && unavailable.isPresent()) {
      throw problem(job, unavailable.get());
    }
    if (taken) {
      observations.noProblem(job.id());
    } else {
      observations.problem(job.id(), "no solver takes the offer: " + String.join("; ", refusals));
    }
    observations.offerLeft(job.id());
  }

  /** The mediator may have to be answered anew; to a provider, the first answer counts. */
  private void handOver(JobCreatorAction.HandOverKey action) {
    JobRecord job = action.job();
    try {
      Directory directory = market.directory().apply(job.offer().directory());
      Keys keys = Keys.ofJob(records.key(job.id()).orElseThrow());
      switch (action.role()) {
        case RESOURCE_PROVIDER -> exchange.answerOnce(directory, job.id(), action.party(), keys);
        case MEDIATOR -> exchange.answer(directory, job.id(), action.party(), keys);
        case JOB_CREATOR, DIRECTORY ->
            throw new IllegalArgumentException("no key is for a " + action.role());
      }
      observations.noProblem(job.id());
    } catch (DirectoryUnavailable e) {
      throw problem(job, e);
    }
  }

  private void fetch(JobRecord job, Match match) {
    try {
      ResultFetch fetch =
          fetcher.fetch(
              job, match, market.directory().apply(job.offer().directory()), TransferProgress.NONE);
      observations.fetched(job.id(), fetch);
      observations.noProblem(job.id());
    } catch (DirectoryUnavailable e) {
      observations.fetched(job.id(), new ResultFetch.Unreachable(e.getMessage()));
      throw problem(job, e);
    } catch (UncheckedIOException e) {
      throw problem(job, new LocalTrouble(e.getMessage() + ": " + e.getCause().getMessage(), e));
    }
  }

  private void verify(JobCreatorAction.Verify action) throws InterruptedException {
    JobRecord job = action.job();
    try {
      Finding finding =
          verifier.verify(job, action.match(), action.registered(), action.manifest());
      records.writeFinding(job.id(), finding);
      verifier.cleanUp(job);
      observations.noProblem(job.id());
    } catch (Unavailable e) {
      throw problem(job, e);
    } catch (InterruptedException e) {
      // Whoever stops us does not want to find our containers; going on starts anew.
      verifier.cleanUp(job);
      throw e;
    }
  }

  private void collect(JobRecord job) {
    try {
      FileTree.copyInto(records.resultFolder(job.id()), job.output());
    } catch (UncheckedIOException | IllegalArgumentException e) {
      String cause = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
      throw problem(job, new LocalTrouble(e.getMessage() + cause, e));
    }
    finish(job, JobEnd.COLLECTED);
  }

  private void finish(JobRecord job, JobEnd end) {
    verifier.cleanUp(job);
    records.writeEnd(job.id(), end);
    if (end == JobEnd.COLLECTED) {
      FileTree.delete(records.resultFolder(job.id()));
    }
    observations.noProblem(job.id());
  }

  // ------------------------------------------------------------ the ledger

  /** For all jobs that are followed; its cost is accounted to the first. */
  private void submitForAll(Command command) {
    List<MatchId> jobs = followed.get().stream().map(JobRecord::id).toList();
    try {
      Submission submission = ledger().submit(command);
      jobs.stream().limit(1).forEach(id -> account(id, submission));
      if (submission instanceof Submission.Refused refused) {
        problemForAll(refused.rejection().sentence());
      } else {
        jobs.forEach(observations::noProblem);
      }
    } catch (Unavailable e) {
      problemForAll(e.getMessage());
      throw e;
    }
  }

  private void submit(List<JobCreatorAction.OnChain> actions) {
    actions.forEach(JobCreatorActions::announce);
    List<Command> commands = actions.stream().map(action -> action.command(account())).toList();
    try {
      List<Submission> submissions =
          commands.size() == 1
              ? List.of(ledger().submit(commands.getFirst()))
              : ledger().submitAll(commands);
      for (int i = 0; i < actions.size(); i++) {
        submitted(actions.get(i), submissions.get(i));
      }
    } catch (Unavailable e) {
      actions.forEach(action -> problem(action.job(), e));
      throw e;
    }
  }

  private static void announce(JobCreatorAction.OnChain action) {
    if (action instanceof JobCreatorAction.Reject reject) {
      LOG.info("Rejecting the result of {}: {}", reject.job().id(), reject.why());
    }
  }

  private void submitted(JobCreatorAction.OnChain action, Submission submission) {
    MatchId job = action.job().id();
    account(job, submission);
    if (submission instanceof Submission.Refused refused && !isDone(action, refused.rejection())) {
      LOG.debug("{} was refused: {}", action, refused.rejection());
      observations.problem(job, refused.rejection().sentence());
    } else {
      observations.noProblem(job);
    }
  }

  /** An offer that stands is what was wanted: the answer may have been lost with an outage. */
  private static boolean isDone(JobCreatorAction.OnChain action, Rejection rejection) {
    return action instanceof JobCreatorAction.PostOffer
        && (rejection.condition() == Condition.OFFER_ALREADY_POSTED
            || rejection.condition() == Condition.OFFER_ALREADY_MATCHED);
  }

  private void account(MatchId job, Submission submission) {
    switch (submission) {
      case Submission.Accepted accepted -> account(job, accepted.receipt());
      case Submission.Refused refused -> refused.receipt().ifPresent(paid -> account(job, paid));
    }
  }

  private void account(MatchId job, Receipt receipt) {
    records.addFee(job, receipt.transaction().toHex(), receipt.fee());
  }

  private void problemForAll(String problem) {
    followed.get().forEach(job -> observations.problem(job.id(), problem));
  }

  private <X extends Unavailable> X problem(JobRecord job, X unavailable) {
    observations.problem(job.id(), unavailable.getMessage());
    return unavailable;
  }

  private MarketMoney money() {
    return MarketMoney.of(ledger().parameters());
  }

  private Ledger ledger() {
    return market.ledger();
  }

  private Address account() {
    return ledger().account();
  }
}
