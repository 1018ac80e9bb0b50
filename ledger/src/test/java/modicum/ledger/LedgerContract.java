package modicum.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger does, in memory or on a chain. */
public abstract class LedgerContract {
  protected static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, 600, 900, 1000, MarketParameters.BURNT);
  protected static final Wei FUNDS = Wei.of(1_000_000_000_000_000_000L);

  private static final Bytes32 BASE_LAYER = Keccak256.hashUtf8("base layer");
  private static final Wei DEPOSIT = Wei.of(1_000_000);
  private static final Usage USED = new Usage(70, 500);

  private Ledger jobCreator;
  private Ledger provider;
  private Ledger mediator;
  private Ledger directory;
  private Ledger solver;

  /** A ledger of an account that has {@link #FUNDS}, on one market with {@link #PARAMETERS}. */
  protected abstract Ledger fundedAccount(String name);

  /** Moves the chain's clock and makes a block. */
  protected abstract void advance(long seconds);

  @BeforeEach
  void everyoneHasAnAccount() {
    jobCreator = fundedAccount("job creator");
    provider = fundedAccount("provider");
    mediator = fundedAccount("mediator");
    directory = fundedAccount("directory");
    solver = fundedAccount("solver");
  }

  // -------------------------------------------------------------- one command

  @Test
  void anAcceptedCommandReturnsItsEventsAndItsReceipt() {
    var command = new Command.Deposit(jobCreator.account(), DEPOSIT);

    Submission.Accepted accepted = accepted(jobCreator, command);

    assertThat(accepted.events())
        .containsExactly(new MarketEvent.Deposited(jobCreator.account(), DEPOSIT));
    assertThat(accepted.receipt().gasUsed()).isPositive();
    assertThat(accepted.receipt().block()).isEqualTo(jobCreator.head().number());
  }

  @Test
  void moneyGoesFromTheWalletIntoTheMarketAndBackExceptForTheFees() {
    Receipt in = accepted(jobCreator, new Command.Deposit(jobCreator.account(), DEPOSIT)).receipt();
    assertThat(jobCreator.wallet(jobCreator.account()))
        .isEqualTo(FUNDS.minus(DEPOSIT).minus(in.fee()));

    Receipt out =
        accepted(jobCreator, new Command.Withdraw(jobCreator.account(), DEPOSIT)).receipt();
    assertThat(provider.wallet(jobCreator.account()))
        .isEqualTo(FUNDS.minus(in.fee()).minus(out.fee()));
  }

  @Test
  void aRefusalIsReturnedWithItsDataAndCostsNothing() {
    Submission submission =
        jobCreator.submit(new Command.Withdraw(jobCreator.account(), Wei.of(5)));

    assertThat(submission)
        .isEqualTo(
            new Submission.Refused(
                Rejection.of(
                    Condition.INSUFFICIENT_FUNDS, jobCreator.account(), Wei.of(5), Wei.ZERO),
                Optional.empty()));
    assertThat(jobCreator.wallet(jobCreator.account())).isEqualTo(FUNDS);
  }

  @Test
  void aDryRunSaysWhatTheMarketWouldSayAndChangesNothing() {
    var trust =
        new Command.SetTrust(
            jobCreator.account(),
            Trust.JOB_CREATOR_TRUSTS_MEDIATOR,
            List.of(mediator.account().toWord()),
            true);
    assertThat(jobCreator.dryRun(trust))
        .contains(Rejection.of(Condition.NOT_REGISTERED, Role.JOB_CREATOR, jobCreator.account()));
    assertThat(jobCreator.dryRun(new Command.Deposit(jobCreator.account(), DEPOSIT))).isEmpty();
    assertThat(jobCreator.wallet(jobCreator.account())).isEqualTo(FUNDS);
  }

  @Test
  void anAccountThatCannotPayIsToldToGetSome() {
    var tooMuch = new Command.Deposit(jobCreator.account(), FUNDS.plus(Wei.of(1)));
    assertThatThrownBy(() -> jobCreator.submit(tooMuch))
        .isInstanceOf(WalletTooSmall.class)
        .hasMessageContaining(jobCreator.account().toString());
  }

  @Test
  void nobodySendsAnothersCommands() {
    var another = new Command.Deposit(provider.account(), DEPOSIT);
    assertThatThrownBy(() -> jobCreator.submit(another))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(provider.account().toString());
    assertThatThrownBy(() -> jobCreator.dryRun(another))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStepOfAMatchThatIsUnknownIsRefusedByItsStage() {
    MatchId nothing = new MatchId(Keccak256.hashUtf8("nothing"));
    assertThat(jobCreator.dryRun(new Command.AcceptResult(jobCreator.account(), nothing)))
        .contains(
            Rejection.of(Condition.NOT_IN_STAGE, nothing, Stage.AWAITING_REACTION, Stage.UNKNOWN));
  }

  // ------------------------------------------------------------------ batches

  @Test
  void aBatchIsCarriedOutInOrderAndARefusalStopsNothing() {
    Address account = jobCreator.account();
    Command register = new Command.RegisterJobCreator(account);
    Command trust =
        new Command.SetTrust(
            account,
            Trust.JOB_CREATOR_TRUSTS_MEDIATOR,
            List.of(mediator.account().toWord(), solver.account().toWord()),
            true);
    Command trustNobody =
        new Command.SetTrust(account, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, List.of(), true);
    Command withdraw = new Command.Withdraw(account, Wei.of(5));
    Command floor = new Command.RaiseNonceFloor(account, 3);

    List<Submission> submissions =
        jobCreator.submitAll(
            List.of(trust, register, trust, trustNobody, floor, withdraw, floor, register));

    assertThat(submissions).hasSize(8);
    assertThat(rejection(submissions.get(0)))
        .isEqualTo(Rejection.of(Condition.NOT_REGISTERED, Role.JOB_CREATOR, account));
    assertThat(events(submissions.get(1)))
        .containsExactly(new MarketEvent.JobCreatorRegistered(account));
    assertThat(events(submissions.get(2)))
        .containsExactly(trusted(account, mediator), trusted(account, solver));
    assertThat(events(submissions.get(3))).isEmpty();
    assertThat(events(submissions.get(4)))
        .containsExactly(new MarketEvent.NonceFloorRaised(account, 3));
    assertThat(rejection(submissions.get(5)))
        .isEqualTo(Rejection.of(Condition.INSUFFICIENT_FUNDS, account, Wei.of(5), Wei.ZERO));
    assertThat(rejection(submissions.get(6)))
        .isEqualTo(Rejection.of(Condition.NONCE_NOT_ABOVE_FLOOR, 3L, 3L));
    assertThat(events(submissions.get(7)))
        .containsExactly(new MarketEvent.JobCreatorRegistered(account));
    assertThat(jobCreator.wallet(account)).isEqualTo(FUNDS.minus(paid(submissions)));
    LedgerFollower follower = new LedgerFollower(solver, new LedgerFollower.Options(3, 0));
    follower.poll();
    assertThat(follower.state().nonceFloor(account)).isEqualTo(3);
  }

  private static MarketEvent trusted(Address account, Ledger mediator) {
    return new MarketEvent.TrustChanged(
        account, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, mediator.account().toWord(), true);
  }

  @Test
  void aBatchOfWhichNothingWouldSucceedCostsNothing() {
    Head before = jobCreator.head();
    List<Submission> submissions =
        jobCreator.submitAll(
            List.of(
                new Command.Withdraw(jobCreator.account(), Wei.of(5)),
                new Command.RaiseNonceFloor(jobCreator.account(), 0)));

    assertThat(submissions)
        .containsExactly(
            new Submission.Refused(
                Rejection.of(
                    Condition.INSUFFICIENT_FUNDS, jobCreator.account(), Wei.of(5), Wei.ZERO),
                Optional.empty()),
            new Submission.Refused(
                Rejection.of(Condition.NONCE_NOT_ABOVE_FLOOR, 0L, 0L), Optional.empty()));
    assertThat(jobCreator.wallet(jobCreator.account())).isEqualTo(FUNDS);
    assertThat(jobCreator.head()).isEqualTo(before);
    assertThat(jobCreator.submitAll(List.of())).isEmpty();
  }

  @Test
  void aBatchHoldsNoDepositOfTheChainsCoinAndNothingOfAnother() {
    Command register = new Command.RegisterJobCreator(jobCreator.account());
    Command deposit = new Command.Deposit(jobCreator.account(), DEPOSIT);
    assertThatThrownBy(() -> jobCreator.submitAll(List.of(register, deposit)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("by itself");
    Command others = new Command.RegisterJobCreator(provider.account());
    assertThatThrownBy(() -> jobCreator.submitAll(List.of(register, others)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(provider.account().toString());
    assertThat(fold().registry().isRegistered(Role.JOB_CREATOR, jobCreator.account())).isFalse();
  }

  @Test
  void manyMatchesTakeEachStepInOneBatch() {
    everyoneRegisters();
    List<MatchId> matches = matchInOneBatch(4);
    all(
        provider,
        matches,
        match ->
            new Command.PostResult(
                provider.account(), match, result(match, ResultStatus.COMPLETED)));
    Address jc = jobCreator.account();
    List<Submission> reactions =
        jobCreator.submitAll(
            List.of(
                new Command.AcceptResult(jc, matches.get(0)),
                new Command.RejectResult(jc, matches.get(1), RejectReason.WRONG_RESULTS),
                new Command.AcceptResult(jc, new MatchId(Keccak256.hashUtf8("nothing"))),
                new Command.RejectResult(jc, matches.get(2), RejectReason.TOO_MUCH_COST),
                new Command.AcceptResult(jc, matches.get(0))));
    assertThat(events(reactions.get(0))).hasSize(1);
    assertThat(rejection(reactions.get(2)).condition()).isEqualTo(Condition.NOT_IN_STAGE);
    assertThat(rejection(reactions.get(4)))
        .isEqualTo(
            Rejection.of(
                Condition.NOT_IN_STAGE, matches.get(0), Stage.AWAITING_REACTION, Stage.CLOSED));

    Address judge = mediator.account();
    Bytes32 evidence = Keccak256.hashUtf8("evidence");
    List<Submission> verdicts =
        mediator.submitAll(
            List.of(
                new Command.PostVerdict(
                    judge, matches.get(1), Verdict.WRONG_RESULTS, USED, evidence),
                new Command.PostVerdict(
                    judge, matches.get(2), Verdict.CORRECT_RESULTS, USED, evidence)));
    assertThat(events(verdicts.get(0)))
        .satisfiesExactly(
            e -> assertThat(e).isInstanceOf(MarketEvent.VerdictPosted.class),
            e -> assertThat(closes(e, matches.get(1), ClosingReason.MEDIATED)).isTrue());
    assertThat(events(verdicts.get(1))).hasSize(2);
    advance(PARAMETERS.reactionWindow() + 1);
    all(provider, matches.subList(3, 4), m -> new Command.CloseBySilence(provider.account(), m));
    assertThat(fold().balance(provider.account()).locked()).isEqualTo(Wei.ZERO);
  }

  private List<MatchId> matchInOneBatch(int count) {
    List<Command> commands = new ArrayList<>();
    List<MatchId> matches = new ArrayList<>();
    for (int nonce = 1; nonce <= count; nonce++) {
      Command.PostMatch match = signedMatch(solver.account(), nonce);
      commands.add(match);
      matches.add(solver.hasher().hash(match.jobOffer()).asMatchId());
    }
    assertThat(solver.submitAll(commands))
        .allSatisfy(submission -> assertThat(events(submission)).hasSize(1));
    return matches;
  }

  private static void all(
      Ledger who, List<MatchId> matches, java.util.function.Function<MatchId, Command> command) {
    assertThat(who.submitAll(matches.stream().map(command).toList()))
        .hasSameSizeAs(matches)
        .allSatisfy(submission -> assertThat(events(submission)).hasSize(1));
  }

  private static boolean closes(MarketEvent event, MatchId match, ClosingReason reason) {
    return event instanceof MarketEvent.MatchClosed closed
        && closed.matchId().equals(match)
        && closed.reason() == reason;
  }

  @Test
  void whatABatchMakesItsLaterCommandsMayUse() {
    everyoneRegisters();
    Command.PostMatch match = signedMatch(provider.account(), 1);
    MatchId id = solver.hasher().hash(match.jobOffer()).asMatchId();
    Result result = result(id, ResultStatus.COMPLETED);

    List<Submission> submissions =
        provider.submitAll(List.of(match, acceptedBy(jobCreator, id, result)));

    assertThat(events(submissions.get(0))).hasSize(1);
    assertThat(events(submissions.get(1))).hasSize(2);
    assertThat(fold().stage(id)).isEqualTo(Stage.CLOSED);
  }

  @Test
  void aResultThatTheJobCreatorSignedIsPostedAndSettledInOneStep() {
    everyoneRegisters();
    MatchId match = match();
    Result result = result(match, ResultStatus.COMPLETED);
    assertThat(provider.dryRun(acceptedBy(solver, match, result)))
        .contains(Rejection.of(Condition.NOT_ACCEPTED_BY_JOB_CREATOR, match, jobCreator.account()));

    List<MarketEvent> events = accepted(provider, acceptedBy(jobCreator, match, result)).events();

    assertThat(events).first().isInstanceOf(MarketEvent.ResultPosted.class);
    assertThat(closes(events.getLast(), match, ClosingReason.ACCEPTED)).isTrue();
    assertThat(fold().match(match).orElseThrow().state().postedResult()).contains(result);
  }

  private Command acceptedBy(Ledger signer, MatchId match, Result result) {
    return new Command.CloseWithAcceptance(
        provider.account(),
        match,
        result,
        signer.signer().sign(solver.hasher().hashAcceptance(match, result)));
  }

  private static List<MarketEvent> events(Submission submission) {
    assertThat(submission).isInstanceOf(Submission.Accepted.class);
    return ((Submission.Accepted) submission).events();
  }

  private static Rejection rejection(Submission submission) {
    assertThat(submission).isInstanceOf(Submission.Refused.class);
    return ((Submission.Refused) submission).rejection();
  }

  /** By the receipts, wei. */
  protected static Wei paid(List<Submission> submissions) {
    return submissions.stream()
        .map(
            submission ->
                switch (submission) {
                  case Submission.Accepted accepted -> Optional.of(accepted.receipt());
                  case Submission.Refused refused -> refused.receipt();
                })
        .map(receipt -> receipt.map(Receipt::fee).orElse(Wei.ZERO))
        .reduce(Wei.ZERO, Wei::plus);
  }

  // ------------------------------------------------------------------ reading

  @Test
  void everyOneReadsTheSameEventsInOrder() {
    List<MarketEvent> expected = new ArrayList<>(everyoneRegisters());

    List<RecordedEvent> events = solver.events(solver.deploymentBlock(), solver.head().number());

    assertThat(events.stream().map(RecordedEvent::event))
        .endsWith(expected.toArray(MarketEvent[]::new));
    assertThat(events)
        .isSortedAccordingTo(
            (a, b) ->
                a.block() == b.block()
                    ? Long.compare(a.logIndex(), b.logIndex())
                    : Long.compare(a.block(), b.block()));
  }

  @Test
  void aRangeHoldsTheEventsOfItsBlocksOnly() {
    Receipt first =
        accepted(jobCreator, new Command.RegisterJobCreator(jobCreator.account())).receipt();
    Receipt second =
        accepted(provider, new Command.RegisterJobCreator(provider.account())).receipt();

    assertThat(solver.events(second.block(), second.block()))
        .singleElement()
        .satisfies(
            recorded -> {
              assertThat(recorded.block()).isEqualTo(second.block());
              assertThat(recorded.transaction()).isEqualTo(second.transaction());
            });
    assertThat(first.block()).isLessThan(second.block());
  }

  @Test
  void theHeadIsABlockAndItsTimeGoesOn() {
    Head before = solver.head();
    assertThat(solver.block(before.number())).isEqualTo(before);
    advance(1000);
    Head after = solver.head();
    assertThat(after.number()).isGreaterThan(before.number());
    assertThat(after.time()).isGreaterThanOrEqualTo(before.time() + 1000);
  }

  @Test
  void aBlockThatIsNotThereYetIsUnavailable() {
    assertThatThrownBy(() -> solver.block(solver.head().number() + 1000))
        .isInstanceOf(LedgerUnavailable.class);
  }

  @Test
  void knowsTheMarketsParameters() {
    assertThat(solver.parameters()).isEqualTo(PARAMETERS);
  }

  // ------------------------------------------------------------------ stories

  @Test
  void aJobIsMatchedRunAcceptedAndPaid() {
    everyoneRegisters();
    MatchId match = match();
    Result result = result(match, ResultStatus.COMPLETED);
    accepted(provider, new Command.PostResult(provider.account(), match, result));

    accepted(jobCreator, new Command.AcceptResult(jobCreator.account(), match));

    MarketState state = fold();
    Wei cost = Wei.of(70 * 3 + 500 * 2);
    Wei availability = Wei.of(11 + 7);
    assertThat(state.balance(jobCreator.account()).total())
        .isEqualTo(DEPOSIT.minus(cost).minus(availability).minus(Wei.of(40)));
    assertThat(state.balance(provider.account()).total())
        .isEqualTo(DEPOSIT.plus(cost).minus(availability).minus(Wei.of(20)));
    assertThat(state.balance(solver.account()).free()).isEqualTo(Wei.of(60));
    assertThat(state.balance(mediator.account()).free()).isEqualTo(Wei.of(22));
    assertThat(state.balance(directory.account()).free()).isEqualTo(Wei.of(14));
    assertThat(state.total()).isEqualTo(DEPOSIT.times(2));
  }

  @Test
  void aDisputeIsJudgedByTheMediator() {
    everyoneRegisters();
    MatchId match = match();
    accepted(
        provider,
        new Command.PostResult(provider.account(), match, result(match, ResultStatus.COMPLETED)));
    accepted(
        jobCreator,
        new Command.RejectResult(jobCreator.account(), match, RejectReason.WRONG_RESULTS));
    Bytes32 evidence = Keccak256.hashUtf8("evidence");

    Submission.Accepted verdict =
        accepted(
            mediator,
            new Command.PostVerdict(
                mediator.account(), match, Verdict.WRONG_RESULTS, USED, evidence));

    assertThat(verdict.events())
        .first()
        .isEqualTo(
            new MarketEvent.VerdictPosted(
                match,
                mediator.account(),
                Verdict.WRONG_RESULTS,
                FaultyParty.RESOURCE_PROVIDER,
                USED,
                evidence));
    assertThat(fold().balance(provider.account()).locked()).isEqualTo(Wei.ZERO);
  }

  @Test
  void silenceIsAcceptanceOnceTheTimeIsOver() {
    everyoneRegisters();
    MatchId match = match();
    accepted(
        provider,
        new Command.PostResult(provider.account(), match, result(match, ResultStatus.DECLINED)));
    var close = new Command.CloseBySilence(provider.account(), match);
    assertThat(provider.dryRun(close))
        .map(Rejection::condition)
        .contains(Condition.DEADLINE_NOT_PASSED);

    advance(PARAMETERS.reactionWindow() + 1);

    assertThat(accepted(provider, close).events())
        .singleElement()
        .isInstanceOfSatisfying(
            MarketEvent.MatchClosed.class,
            closed -> assertThat(closed.reason()).isEqualTo(ClosingReason.ACCEPTED_BY_SILENCE));
  }

  @Test
  void anOverdueResultIsClosedByAnyone() {
    everyoneRegisters();
    MatchId match = match();
    advance(5000);
    accepted(solver, new Command.CloseResultOverdue(solver.account(), match));
    assertThat(fold().match(match).orElseThrow().isOpen()).isFalse();
  }

  @Test
  void postedOffersNeedNoSignatureAndACancelledOneIsGone() {
    everyoneRegisters();
    JobOffer job = jobOffer(1);
    ResourceOffer resource = resourceOffer(1);
    accepted(jobCreator, new Command.PostJobOffer(jobCreator.account(), job));
    accepted(provider, new Command.PostResourceOffer(provider.account(), resource));
    var match =
        new Command.PostMatch(
            solver.account(), job, Signature.NONE, resource, Signature.NONE, mediator.account());
    assertThat(solver.dryRun(match)).isEmpty();

    accepted(jobCreator, new Command.CancelJobOffer(jobCreator.account(), job));

    assertThat(solver.dryRun(match))
        .contains(Rejection.of(Condition.OFFER_IS_CANCELLED, solver.hasher().hash(job)));
  }

  @Test
  void aFollowerReachesTheSameStateAsItsOwnEvents() {
    everyoneRegisters();
    match();
    LedgerFollower follower = new LedgerFollower(solver, new LedgerFollower.Options(3, 0));
    follower.poll();
    assertThat(follower.state().summary()).isEqualTo(fold().summary());
    assertThat(follower.cursor()).contains(solver.head());
  }

  // ------------------------------------------------------------------- actors

  private List<MarketEvent> everyoneRegisters() {
    List<MarketEvent> events = new ArrayList<>();
    registerParties(events);
    registerServices(events);
    return events;
  }

  private void registerParties(List<MarketEvent> events) {
    Address jc = jobCreator.account();
    Address rp = provider.account();
    events.addAll(accepted(jobCreator, new Command.Deposit(jc, DEPOSIT)).events());
    events.addAll(accepted(provider, new Command.Deposit(rp, DEPOSIT)).events());
    events.addAll(accepted(jobCreator, new Command.RegisterJobCreator(jc)).events());
    events.addAll(
        accepted(
                provider,
                new Command.RegisterResourceProvider(
                    rp, new ResourceProvider(Architecture.AMD64, 1_000_000)))
            .events());
    events.addAll(trust(jobCreator, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, mediator.account()));
    events.addAll(trust(provider, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, mediator.account()));
    events.addAll(trust(provider, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, directory.account()));
    events.addAll(supports(provider, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER));
  }

  private void registerServices(List<MarketEvent> events) {
    events.addAll(
        accepted(
                mediator,
                new Command.RegisterMediator(
                    mediator.account(),
                    new Mediator(Architecture.AMD64, Prices.of(1, 1), Wei.of(11))))
            .events());
    events.addAll(
        accepted(
                directory,
                new Command.RegisterDirectory(
                    directory.account(), new Directory(Wei.of(7), "https://d\u00e9p\u00f4t")))
            .events());
    events.addAll(trust(mediator, Trust.MEDIATOR_TRUSTS_DIRECTORY, directory.account()));
    events.addAll(supports(mediator, Trust.MEDIATOR_SUPPORTS_BASE_LAYER));
  }

  private List<MarketEvent> trust(Ledger who, Trust kind, Address whom) {
    return accepted(who, new Command.SetTrust(who.account(), kind, List.of(whom.toWord()), true))
        .events();
  }

  private List<MarketEvent> supports(Ledger who, Trust kind) {
    return accepted(who, new Command.SetTrust(who.account(), kind, List.of(BASE_LAYER), true))
        .events();
  }

  private MatchId match() {
    Command.PostMatch match = signedMatch(solver.account(), 1);
    accepted(solver, match);
    return solver.hasher().hash(match.jobOffer()).asMatchId();
  }

  private Command.PostMatch signedMatch(Address caller, long nonce) {
    JobOffer job = jobOffer(nonce);
    ResourceOffer resource = resourceOffer(nonce);
    return new Command.PostMatch(
        caller,
        job,
        jobCreator.signer().sign(solver.hasher().hash(job).value()),
        resource,
        provider.signer().sign(solver.hasher().hash(resource).value()),
        mediator.account());
  }

  private JobOffer jobOffer(long nonce) {
    long now = solver.head().time();
    return new JobOffer(
        jobCreator.account(),
        new Limits(100, 1 << 20, 1 << 20, 1000),
        Prices.of(5, 2),
        now + 4000,
        Wei.of(40),
        BASE_LAYER,
        Keccak256.hashUtf8("job"),
        directory.account(),
        Architecture.AMD64,
        nonce,
        now + 3000);
  }

  private ResourceOffer resourceOffer(long nonce) {
    return new ResourceOffer(
        provider.account(),
        new Capacity(100, 1 << 21, 1 << 21, 2000),
        Prices.of(3, 2),
        Wei.of(20),
        1,
        nonce,
        solver.head().time() + 3000);
  }

  private Result result(MatchId match, ResultStatus status) {
    Bytes32 digest = Keccak256.hashUtf8("result");
    return new Result(status, ResultCommitment.of(match, provider.account(), digest), USED);
  }

  private static Submission.Accepted accepted(Ledger ledger, Command command) {
    Submission submission = ledger.submit(command);
    assertThat(submission).isInstanceOf(Submission.Accepted.class);
    return (Submission.Accepted) submission;
  }

  private MarketState fold() {
    MarketState state = new MarketState(PARAMETERS);
    solver
        .events(solver.deploymentBlock(), solver.head().number())
        .forEach(recorded -> state.replay(recorded.event()));
    return state;
  }
}
