package modicum.ledger.web3j;

import static modicum.ledger.web3j.TestContracts.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Submission;
import modicum.ledger.WalletTooSmall;
import modicum.ledger.node.EvmNode;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.abi.datatypes.generated.Uint256;

/** Markets that are paid in a token, of the good and of the odd kinds, on a real node. */
class TokenMarketTest {
  private static final Wei COINS = Wei.of(1_000_000_000_000_000_000L);
  private static final Wei TOKENS = Wei.of(1_000_000);
  private static final Wei DEPOSIT = Wei.of(400_000);

  private static EvmNode node;
  private static RpcNode rpc;

  private final Web3jSigner alice = Web3jSigner.generate();
  private final TransactionSender sender = funded(alice);

  /** A market in a token of which Alice has {@link #TOKENS}. */
  private record TokenMarket(Address token, MarketDeployment deployment, Web3jLedger ledger) {
    Submission deposit(Wei amount) {
      return ledger.submit(new Command.Deposit(ledger.account(), amount));
    }

    MarketState state() {
      LedgerFollower follower = new LedgerFollower(ledger, LedgerFollower.Options.DEFAULT);
      follower.poll();
      return follower.state();
    }

    Wei allowance() {
      return new PaymentToken(rpc, token).allowance(ledger.account(), deployment.contract());
    }
  }

  @BeforeAll
  static void starts() {
    node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    rpc = new RpcNode(node.url().toString());
  }

  @AfterAll
  static void stops() {
    rpc.close();
    node.close();
  }

  private static TransactionSender funded(Web3jSigner signer) {
    node.setBalance(signer.address(), COINS);
    return new TransactionSender(rpc, signer, TransactionSender.Options.LOCAL);
  }

  private TokenMarket market(String tokenName) {
    Address token = TestContracts.deploy(sender, tokenName);
    TestContracts.call(sender, token, "mint", word(alice.address()), new Uint256(TOKENS.value()));
    MarketDeployment deployment =
        MarketDeployment.deploy(
            sender,
            new MarketParameters(
                3, 2, 600, 900, 1000, MarketParameters.BURNT, java.util.Optional.of(token)));
    return new TokenMarket(token, deployment, new Web3jLedger(deployment, sender));
  }

  private static long transactions(long before) {
    // Each transaction has a block of its own.
    return rpc.newestBlock().number() - before;
  }

  // ---------------------------------------------------------------- deposits

  @ParameterizedTest
  @CsvSource({
    "TestToken, 1",
    "OldPermitToken, 1",
    "PlainToken, 2",
    "OtherPermitToken, 2",
    "ForeignDomainToken, 2",
    "TakeBackFirstToken, 2"
  })
  void aDepositIsPermittedWhereTheTokenTakesPermitsAndElseApprovedFirst(
      String token, long transactions) {
    TokenMarket market = market(token);
    long before = rpc.newestBlock().number();
    assertThat(market.ledger().dryRun(new Command.Deposit(alice.address(), DEPOSIT))).isEmpty();

    assertThat(market.deposit(DEPOSIT))
        .isInstanceOfSatisfying(
            Submission.Accepted.class,
            accepted ->
                assertThat(accepted.events())
                    .containsExactly(new MarketEvent.Deposited(alice.address(), DEPOSIT)));

    assertThat(transactions(before)).isEqualTo(transactions);
    assertThat(market.ledger().wallet(alice.address())).isEqualTo(TOKENS.minus(DEPOSIT));
    assertThat(market.state().balance(alice.address()).free()).isEqualTo(DEPOSIT);
    assertThat(market.allowance()).as("left over").isEqualTo(Wei.ZERO);
    ChainAudit audit = new ChainAudit(rpc, market.deployment().contract());
    assertThat(audit.held(audit.newestBlock())).isEqualTo(DEPOSIT);
    assertThat(audit.held(before)).isEqualTo(Wei.ZERO);
  }

  @Test
  void moneyComesOutAgainAndOnlyTheChainsFeesArePaidInItsCoin() {
    TokenMarket market = market("TestToken");
    Wei coins = market.ledger().gasWallet(alice.address());
    List<Submission> submissions =
        List.of(
            market.deposit(DEPOSIT),
            market.ledger().submit(new Command.Withdraw(alice.address(), Wei.of(1))));
    assertThat(market.ledger().wallet(alice.address()))
        .isEqualTo(TOKENS.minus(DEPOSIT).plus(Wei.of(1)));
    Wei fees =
        submissions.stream()
            .map(submission -> ((Submission.Accepted) submission).receipt().fee())
            .reduce(Wei.ZERO, Wei::plus);
    assertThat(market.ledger().gasWallet(alice.address())).isEqualTo(coins.minus(fees));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TestToken", "PlainToken"})
  void anApprovalThatWasMinedBeforeACrashIsUsed(String token) {
    TokenMarket market = market(token);
    approve(market, DEPOSIT);
    long before = rpc.newestBlock().number();

    Ledger restarted = new Web3jLedger(market.deployment(), funded(alice));
    assertThat(restarted.submit(new Command.Deposit(alice.address(), DEPOSIT)))
        .isInstanceOf(Submission.Accepted.class);

    assertThat(transactions(before)).isEqualTo(1);
    assertThat(market.allowance()).isEqualTo(Wei.ZERO);
  }

  @ParameterizedTest
  @CsvSource({"TestToken, 1", "PlainToken, 2", "TakeBackFirstToken, 3"})
  void anApprovalOfTooLittleIsReplacedAndNotAddedTo(String token, long transactions) {
    TokenMarket market = market(token);
    approve(market, Wei.of(7));
    long before = rpc.newestBlock().number();

    assertThat(market.deposit(DEPOSIT)).isInstanceOf(Submission.Accepted.class);

    assertThat(transactions(before)).isEqualTo(transactions);
    assertThat(market.allowance()).isEqualTo(Wei.ZERO);
  }

  private void approve(TokenMarket market, Wei amount) {
    TestContracts.call(
        sender,
        market.token(),
        "approve",
        word(market.deployment().contract()),
        new Uint256(amount.value()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TestToken", "PlainToken"})
  void severalDepositsAtTheSameTimeTakeTurns(String token) throws Exception {
    TokenMarket market = market(token);
    List<Callable<Submission>> deposits = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      Wei amount = Wei.of(i);
      deposits.add(() -> market.deposit(amount));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Submission> submission : threads.invokeAll(deposits)) {
        assertThat(submission.get()).isInstanceOf(Submission.Accepted.class);
      }
    }
    assertThat(market.state().balance(alice.address()).free()).isEqualTo(Wei.of(15));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TestToken", "PlainToken"})
  void aBatchMayHoldDepositsOfATokenEvenSeveral(String token) {
    TokenMarket market = market(token);
    Command deposit = new Command.Deposit(alice.address(), DEPOSIT);
    List<Submission> submissions =
        market
            .ledger()
            .submitAll(
                List.of(
                    new Command.RegisterJobCreator(alice.address()),
                    deposit,
                    new Command.Withdraw(alice.address(), Wei.of(1)),
                    deposit,
                    new Command.RaiseNonceFloor(alice.address(), 1)));
    assertThat(submissions)
        .allSatisfy(one -> assertThat(one).isInstanceOf(Submission.Accepted.class));
    assertThat(market.state().balance(alice.address()).free())
        .isEqualTo(DEPOSIT.times(2).minus(Wei.of(1)));
  }

  // ---------------------------------------------------------------- refusals

  @ParameterizedTest
  @ValueSource(strings = {"FeeFromReceiverToken", "FeeFromReceiverAndCallsBackToken"})
  void aTokenThatKeepsAFeeIsRefused(String token) {
    TokenMarket market = market(token);
    assertThat(market.deposit(DEPOSIT))
        .isEqualTo(
            new Submission.Refused(
                Rejection.of(Condition.WRONG_AMOUNT, DEPOSIT, Wei.of(396_000)),
                java.util.Optional.empty()));
    assertThat(market.ledger().wallet(alice.address())).isEqualTo(TOKENS);
  }

  @Test
  void nothingIsRefusedAsNothingAndNotApproved() {
    TokenMarket market = market("PlainToken");
    long before = rpc.newestBlock().number();
    assertThat(market.deposit(Wei.ZERO))
        .isInstanceOfSatisfying(
            Submission.Refused.class,
            refused ->
                assertThat(refused.rejection().condition()).isEqualTo(Condition.ZERO_AMOUNT));
    assertThat(transactions(before)).isZero();
  }

  @Test
  void whoHasTooFewTokensIsToldSoAndApprovesNothing() {
    TokenMarket market = market("PlainToken");
    Wei tooMuch = TOKENS.plus(Wei.of(1));
    long before = rpc.newestBlock().number();
    assertThatThrownBy(() -> market.deposit(tooMuch))
        .isInstanceOf(WalletTooSmall.class)
        .hasMessageContaining(market.token().toString())
        .hasMessageContaining("1000001");
    assertThatThrownBy(() -> market.ledger().dryRun(new Command.Deposit(alice.address(), tooMuch)))
        .isInstanceOf(WalletTooSmall.class);
    assertThat(transactions(before)).isZero();
  }

  @Test
  void whoHasNoCoinsForTheGasIsToldToGetCoins() {
    TokenMarket market = market("TestToken");
    node.setBalance(alice.address(), Wei.of(1));
    assertThatThrownBy(() -> market.deposit(DEPOSIT))
        .isInstanceOf(WalletTooSmall.class)
        .hasMessageContaining("ether");
    assertThat(market.ledger().gasWallet(alice.address())).isEqualTo(Wei.of(1));
    assertThat(market.ledger().wallet(alice.address())).isEqualTo(TOKENS);
  }

  @Test
  void aTokenThatTalksNonsenseIsUnavailable() {
    Address token = TestContracts.deploy(sender, "TalkativeToken");
    PaymentToken talkative = new PaymentToken(rpc, token);
    assertThat(talkative.permit(alice, token, DEPOSIT, 1)).isEmpty();
    assertThatThrownBy(() -> talkative.balance(alice.address()))
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining(token.toString());
  }
}
