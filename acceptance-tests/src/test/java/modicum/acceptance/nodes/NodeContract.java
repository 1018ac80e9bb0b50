package modicum.acceptance.nodes;

import static modicum.acceptance.nodes.NodeMarket.DIRECTORY;
import static modicum.acceptance.nodes.NodeMarket.JOB_CREATOR;
import static modicum.acceptance.nodes.NodeMarket.MEDIATOR;
import static modicum.acceptance.nodes.NodeMarket.PROVIDER;
import static modicum.acceptance.nodes.NodeMarket.SINK;
import static modicum.acceptance.nodes.NodeMarket.SOLVER;
import static modicum.acceptance.nodes.NodeMarket.USED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Receipt;
import modicum.ledger.Submission;
import modicum.ledger.node.LocalNode;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Signature;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.result.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the market does on every node of the chain: whose program it is must not matter. Deployed
 * and used by our own code, with every wei counted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class NodeContract {
  private static final Bytes32 EVIDENCE = Sha256.ofUtf8("evidence").sha256();

  private final NodeKind kind;
  private LocalNode node;
  private NodeMarket market;
  private Map<String, AccountBalance> before;

  NodeContract(NodeKind kind) {
    this.kind = kind;
  }

  @BeforeAll
  void deploys() {
    node = kind.start();
    market = NodeMarket.deployOn(node);
  }

  @AfterAll
  void stops() {
    if (market != null) {
      market.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @BeforeEach
  void counts() {
    before = market.balances();
  }

  /** However a story went: all that is owed is there, and nothing else. */
  @AfterEach
  void theContractHoldsWhatItOwes() {
    assertThat(market.held()).isEqualTo(NodeMarket.total(market.balances().values().stream()));
  }

  /** Since the story began, wei; whoever is not named has what it had. */
  private void changed(Object... namesAndChanges) {
    Map<String, Long> expected = new LinkedHashMap<>();
    before.keySet().forEach(name -> expected.put(name, 0L));
    for (int i = 0; i < namesAndChanges.length; i += 2) {
      expected.put((String) namesAndChanges[i], ((Integer) namesAndChanges[i + 1]).longValue());
    }
    Map<String, Long> changes = new LinkedHashMap<>();
    market
        .balances()
        .forEach(
            (name, now) -> {
              assertThat(now.locked()).as("what " + name + " has locked").isEqualTo(Wei.ZERO);
              changes.put(
                  name,
                  now.free().value().subtract(before.get(name).free().value()).longValueExact());
            });
    assertThat(changes).isEqualTo(expected);
  }

  private static void closed(List<MarketEvent> events, ClosingReason reason) {
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            MarketEvent.MatchClosed.class, closed -> assertThat(closed.reason()).isEqualTo(reason));
  }

  private static Rejection refused(Submission submission) {
    assertThat(submission).isInstanceOf(Submission.Refused.class);
    return ((Submission.Refused) submission).rejection();
  }

  // ------------------------------------------------------------ seven endings

  @Test
  void aResultIsAccepted() {
    MatchId match = market.matchWithResult();

    var events = market.does(JOB_CREATOR, accept(match));

    closed(events, ClosingReason.ACCEPTED);
    changedAsAccepted();
  }

  private Command accept(MatchId match) {
    return new Command.AcceptResult(market.address(JOB_CREATOR), match);
  }

  /** The price of 1210, availabilities of 11 and 7 from each side, incentives of 40 and 20. */
  private void changedAsAccepted() {
    changed(
        JOB_CREATOR,
        -1210 - 18 - 40,
        PROVIDER,
        1210 - 18 - 20,
        MEDIATOR,
        22,
        DIRECTORY,
        14,
        SOLVER,
        60);
  }

  @Test
  void silenceIsAcceptance() {
    MatchId match = market.matchWithResult();
    Command close = new Command.CloseBySilence(market.address(PROVIDER), match);
    assertThat(refused(market.ledger(PROVIDER).submit(close)).condition())
        .isEqualTo(Condition.DEADLINE_NOT_PASSED);

    node.increaseTime(NodeMarket.WINDOW + 1);

    closed(market.does(PROVIDER, close), ClosingReason.ACCEPTED_BY_SILENCE);
    changedAsAccepted();
  }

  @Test
  void aResultThatDoesNotComeIsPaidFor() {
    MatchId match = market.match();
    node.increaseTime(NodeMarket.TIME_TO_COMPLETE + 1);

    var events = market.does(SOLVER, new Command.CloseResultOverdue(market.address(SOLVER), match));

    closed(events, ClosingReason.RESULT_OVERDUE);
    changed(
        JOB_CREATOR,
        2500 - 18 - 40,
        PROVIDER,
        -2500 - 18 - 20,
        MEDIATOR,
        22,
        DIRECTORY,
        14,
        SOLVER,
        60);
  }

  @Test
  void aProviderWithAWrongResultLosesItsDeposit() {
    judge(Verdict.WRONG_RESULTS);
    changed(
        JOB_CREATOR,
        1210 - 18 - 40,
        PROVIDER,
        -12_500 - 18 - 20,
        MEDIATOR,
        1140 + 22,
        DIRECTORY,
        14,
        SOLVER,
        60,
        SINK,
        12_500 - 1210 - 1140);
  }

  @Test
  void aJobCreatorThatRejectsARightResultLosesItsDeposit() {
    judge(Verdict.CORRECT_RESULTS);
    changed(
        JOB_CREATOR,
        -12_500 - 18 - 40,
        PROVIDER,
        1210 - 18 - 20,
        MEDIATOR,
        1140 + 22,
        DIRECTORY,
        14,
        SOLVER,
        60,
        SINK,
        12_500 - 1210 - 1140);
  }

  @Test
  void aDirectoryThatWasDownIsNotPaid() {
    judge(Verdict.DIRECTORY_UNAVAILABLE);
    changed(JOB_CREATOR, -11 - 40, PROVIDER, -11 - 20, MEDIATOR, 22, SOLVER, 60);
  }

  private void judge(Verdict verdict) {
    MatchId match = dispute();
    var events =
        market.does(
            MEDIATOR,
            new Command.PostVerdict(market.address(MEDIATOR), match, verdict, USED, EVIDENCE));
    assertThat(events.getFirst()).isInstanceOf(MarketEvent.VerdictPosted.class);
    closed(events, ClosingReason.MEDIATED);
  }

  private MatchId dispute() {
    MatchId match = market.matchWithResult();
    market.does(
        JOB_CREATOR,
        new Command.RejectResult(market.address(JOB_CREATOR), match, RejectReason.WRONG_RESULTS));
    return match;
  }

  @Test
  void theTwoMeetHalfWayWhenTheMediatorIsSilent() {
    MatchId match = dispute();
    node.increaseTime(NodeMarket.WINDOW + 1);

    var events =
        market.does(DIRECTORY, new Command.CloseMediationOverdue(market.address(DIRECTORY), match));

    closed(events, ClosingReason.MEDIATION_OVERDUE);
    changed(JOB_CREATOR, -1250 - 7 - 40, PROVIDER, 1250 - 7 - 20, DIRECTORY, 14, SOLVER, 60);
  }

  // --------------------------------------------------- offers and signatures

  @Test
  void aSignedAcceptanceSettlesInOneTransaction() {
    MatchId match = market.match();
    Result result = market.result(match);
    Bytes32 toSign = market.ledger(PROVIDER).hasher().hashAcceptance(match, result);
    assertThat(refused(market.ledger(PROVIDER).submit(settle(match, market.sign(SOLVER, toSign)))))
        .isEqualTo(
            Rejection.of(
                Condition.NOT_ACCEPTED_BY_JOB_CREATOR, match, market.address(JOB_CREATOR)));

    var events = market.does(PROVIDER, settle(match, market.sign(JOB_CREATOR, toSign)));

    assertThat(events.getFirst()).isInstanceOf(MarketEvent.ResultPosted.class);
    closed(events, ClosingReason.ACCEPTED);
    changedAsAccepted();
  }

  private Command settle(MatchId match, Signature acceptance) {
    return new Command.CloseWithAcceptance(
        market.address(PROVIDER), match, market.result(match), acceptance);
  }

  @Test
  void offersOnTheChainNeedNoSignature() {
    JobOffer job = market.jobOffer();
    ResourceOffer resource = market.resourceOffer();
    market.does(JOB_CREATOR, new Command.PostJobOffer(market.address(JOB_CREATOR), job));
    market.does(PROVIDER, new Command.PostResourceOffer(market.address(PROVIDER), resource));
    var match =
        new Command.PostMatch(
            market.address(SOLVER),
            job,
            Signature.NONE,
            resource,
            Signature.NONE,
            market.address(MEDIATOR));
    MatchId id = market.match(match);

    assertThat(refused(market.ledger(SOLVER).submit(match)))
        .isEqualTo(
            Rejection.of(
                Condition.OFFER_ALREADY_MATCHED, market.ledger(SOLVER).hasher().hash(job)));
    market.does(PROVIDER, new Command.PostResult(market.address(PROVIDER), id, market.result(id)));
    market.does(JOB_CREATOR, accept(id));
    changedAsAccepted();
  }

  @Test
  void aRaisedFloorCancelsEveryOfferBelowIt() {
    JobOffer job = market.jobOffer();
    long floor = job.nonce() + 1;
    market.does(JOB_CREATOR, new Command.RaiseNonceFloor(market.address(JOB_CREATOR), floor));

    assertThat(refused(market.ledger(SOLVER).submit(market.signedMatch(job))))
        .isEqualTo(
            Rejection.of(
                Condition.NONCE_BELOW_FLOOR,
                market.ledger(SOLVER).hasher().hash(job),
                job.nonce(),
                floor));
    changed();
  }

  @Test
  void aWalletThatIsAContractOffersAndAcceptsByItsOwnWord() {
    WalletOnNode wallet = WalletOnNode.makeFor(market, JOB_CREATOR);
    wallet.joinsAsJobCreator(Wei.of(500_000));
    MatchId match = market.match(market.signedMatch(market.jobOffer(wallet.address())));
    Bytes32 toSign = market.ledger(PROVIDER).hasher().hashAcceptance(match, market.result(match));

    closed(
        market.does(PROVIDER, settle(match, market.sign(JOB_CREATOR, toSign))),
        ClosingReason.ACCEPTED);

    assertThat(market.balanceOf(wallet.address()))
        .isEqualTo(new AccountBalance(Wei.of(500_000 - 1210 - 18 - 40), Wei.ZERO));
    wallet.withdraws(Wei.of(500_000 - 1210 - 18 - 40));
    changed(PROVIDER, 1210 - 18 - 20, MEDIATOR, 22, DIRECTORY, 14, SOLVER, 60);
  }

  // ------------------------------------------------------ refusals and money

  @Test
  void aRefusalIsReadWithItsData() {
    Ledger ledger = market.ledger(SOLVER);
    Wei tooMuch = before.get(SOLVER).free().plus(Wei.of(5));
    MatchId nothing = new MatchId(Sha256.ofUtf8("nothing").sha256());

    assertThat(ledger.submit(new Command.Withdraw(ledger.account(), tooMuch)))
        .isEqualTo(
            new Submission.Refused(
                Rejection.of(
                    Condition.INSUFFICIENT_FUNDS,
                    ledger.account(),
                    tooMuch,
                    before.get(SOLVER).free()),
                Optional.empty()));
    assertThat(ledger.dryRun(new Command.CloseResultOverdue(ledger.account(), nothing)))
        .contains(
            Rejection.of(Condition.NOT_IN_STAGE, nothing, Stage.AWAITING_RESULT, Stage.UNKNOWN));
    changed();
  }

  @Test
  void aCallThatIsRefusedInABatchStopsNoOther() {
    Ledger ledger = market.ledger(DIRECTORY);
    Command floor = new Command.RaiseNonceFloor(ledger.account(), ledger.head().time() << 16);
    Wei wallet = ledger.wallet(ledger.account());

    List<Submission> submissions =
        ledger.submitAll(List.of(floor, floor, new Command.RegisterJobCreator(ledger.account())));

    assertThat(submissions.get(0)).isInstanceOf(Submission.Accepted.class);
    assertThat(refused(submissions.get(1)).condition()).isEqualTo(Condition.NONCE_NOT_ABOVE_FLOOR);
    assertThat(submissions.get(2)).isInstanceOf(Submission.Accepted.class);
    List<Receipt> receipts = submissions.stream().flatMap(NodeContract::receipt).toList();
    assertThat(receipts).hasSize(3);
    assertThat(receipts.stream().map(Receipt::transaction).distinct()).hasSize(1);
    assertThat(ledger.wallet(ledger.account())).isEqualTo(wallet.minus(fees(receipts.stream())));
    changed();
  }

  private static Stream<Receipt> receipt(Submission submission) {
    return switch (submission) {
      case Submission.Accepted accepted -> Stream.of(accepted.receipt());
      case Submission.Refused refused -> refused.receipt().stream();
    };
  }

  private static Wei fees(Stream<Receipt> receipts) {
    return receipts.map(Receipt::fee).reduce(Wei.ZERO, Wei::plus);
  }

  @Test
  void whatIsWithdrawnIsInTheWalletExceptForTheFee() {
    Ledger ledger = market.ledger(PROVIDER);
    Wei wallet = ledger.wallet(ledger.account());

    Submission submission = ledger.submit(new Command.Withdraw(ledger.account(), Wei.of(1000)));

    assertThat(ledger.wallet(ledger.account()))
        .isEqualTo(wallet.plus(Wei.of(1000)).minus(fees(receipt(submission))));
    changed(PROVIDER, -1000);
  }

  @Test
  void whoeverFoldsTheEventsKnowsTheBalances() {
    LedgerFollower follower =
        new LedgerFollower(market.ledger(SOLVER), LedgerFollower.Options.DEFAULT);
    follower.poll();
    for (String name : List.of(JOB_CREATOR, PROVIDER, MEDIATOR, DIRECTORY, SOLVER)) {
      assertThat(follower.state().balance(market.address(name))).isEqualTo(before.get(name));
    }
    changed();
  }

  // ------------------------------------------------------------------- a kill

  @Test
  void aMatchGoesOnWhenItsNodeWasKilledAndStartedAgain(@TempDir Path folder) throws Exception {
    LocalNode first = kind.startKept(folder);
    NodeMarket killed = NodeMarket.deployOn(first);
    Wei deposited = killed.held();
    MatchId match = killed.matchWithResult();
    killed.writesMoreThanANodeBuffers();
    // anvil writes down its state now and then.
    Thread.sleep(2500);
    first.kill();
    killed.close();

    try (LocalNode second = kind.startKept(folder);
        NodeMarket again = killed.on(second)) {
      closed(
          again.does(JOB_CREATOR, new Command.AcceptResult(again.address(JOB_CREATOR), match)),
          ClosingReason.ACCEPTED);
      assertThat(again.balances().get(PROVIDER).free())
          .isEqualTo(deposited.halfRoundedDown().plus(Wei.of(1210 - 18 - 20)));
      assertThat(again.held()).isEqualTo(deposited);
    }
  }
}
