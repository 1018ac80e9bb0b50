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
    JobOffer job = jobOffer();
    ResourceOffer resource = resourceOffer();
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
    JobOffer job = jobOffer();
    ResourceOffer resource = resourceOffer();
    accepted(
        solver,
        new Command.PostMatch(
            solver.account(),
            job,
            jobCreator.signer().sign(solver.hasher().hash(job).value()),
            resource,
            provider.signer().sign(solver.hasher().hash(resource).value()),
            mediator.account()));
    return solver.hasher().hash(job).asMatchId();
  }

  private JobOffer jobOffer() {
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
        1,
        now + 3000);
  }

  private ResourceOffer resourceOffer() {
    return new ResourceOffer(
        provider.account(),
        new Capacity(100, 1 << 21, 1 << 21, 2000),
        Prices.of(3, 2),
        Wei.of(20),
        1,
        1,
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
