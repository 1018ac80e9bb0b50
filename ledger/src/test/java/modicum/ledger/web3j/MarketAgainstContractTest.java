package modicum.ledger.web3j;

import static modicum.ledger.web3j.TestContracts.word;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import modicum.ledger.node.EvmNode;
import modicum.ledger.web3j.RandomCommands.Actor;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Market;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.Outcome;
import modicum.protocol.market.Rejection;
import modicum.protocol.match.Match;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Terms;
import modicum.protocol.match.Transition;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * The executable specification against the contract: random sequences of commands are sent to both,
 * at the same block times, one by one or many in a batch, by accounts with keys and by contracts,
 * in a market that is paid in the chain's coin and in one that is paid in a token. After each
 * command both must have done the same: the same events in every field, or the same refusal with
 * the same data; the same balances of every account; and the contract must hold exactly the money
 * of all accounts. After each sequence all views of the contract must tell what the specification's
 * state tells.
 *
 * <p>The seed is printed; {@code -Dmodicum.differential.seed=...} repeats a run, and {@code
 * -Dmodicum.differential.sequences=...} makes it longer.
 */
class MarketAgainstContractTest {
  private static final int SEQUENCES = Integer.getInteger("modicum.differential.sequences", 1000);
  private static final long SEED =
      Long.getLong("modicum.differential.seed", System.currentTimeMillis());
  private static final int FROM_NOTHING = 50;
  private static final int SHORTEST = 12;
  private static final int LONGEST = 25;

  /** Of 100 steps. */
  private static final int BATCHES = 12;

  private static final int LARGEST_BATCH = 5;

  /** One in so many sequences is in the market that is paid in a token. */
  private static final int TOKEN_SHARE = 5;

  private static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, 60, 90, 1000, MarketParameters.BURNT);
  private static final Wei WEALTH = new Wei(BigInteger.ONE.shiftLeft(130));

  /** Code that takes no money: it reverts whenever it is called. */
  private static final String TAKES_NO_MONEY = "0x5f5ffd";

  /** The actors that are contracts. */
  private static final Set<Integer> WALLETS = Set.of(1, 4);

  /** What was met on the way, so that a generator that got stuck is noticed. */
  private final Map<Condition, Integer> refusals = new EnumMap<>(Condition.class);

  private final Map<Transition, Integer> transitions = new EnumMap<>(Transition.class);
  private final Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
  private final Map<String, Integer> occasions = new TreeMap<>();
  private int commands;
  private int accepted;

  private static EvmNode node;
  private static RpcNode rpc;
  private static List<Actor> actors;
  private static Setting paidInCoins;
  private static Setting paidInTokens;

  /** A market on the chain, and what is needed to deal with it. */
  private record Setting(
      MarketParameters parameters,
      OfferHasher hasher,
      CommandEncoder encoder,
      RawChain chain,
      AccountSignatures signatures,
      ContractViews views) {
    static Setting deploy(TransactionSender sender, MarketParameters parameters) {
      MarketDeployment deployment = MarketDeployment.deploy(sender, parameters);
      Address contract = deployment.contract();
      assertThat(MarketDeployment.parameters(rpc, contract)).isEqualTo(parameters);
      OfferHasher hasher = new OfferHasher(rpc.chainId(), contract);
      RawChain chain = new RawChain(node.url(), contract);
      return new Setting(
          parameters,
          hasher,
          new CommandEncoder(rpc.web3j(), contract, parameters),
          chain,
          new AccountSignatures(rpc, contract),
          new ContractViews(chain, hasher));
    }

    boolean isPaidInToken() {
      return parameters.paymentToken().isPresent();
    }
  }

  private Setting setting;
  private Market market;
  private long now;
  private String start;

  @BeforeAll
  static void deploys() {
    node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    rpc = new RpcNode(node.url().toString());
    Web3jSigner deployer = key(0);
    node.setBalance(deployer.address(), WEALTH);
    TransactionSender sender =
        new TransactionSender(rpc, deployer, TransactionSender.Options.LOCAL);
    actors = actors(sender);
    actors.forEach(actor -> node.setBalance(actor.address(), WEALTH));
    Address token = TestContracts.deploy(sender, "TestToken");
    paidInCoins = Setting.deploy(sender, PARAMETERS);
    paidInTokens =
        Setting.deploy(
            sender,
            new MarketParameters(3, 2, 60, 90, 1000, MarketParameters.BURNT, Optional.of(token)));
    for (Actor actor : actors) {
      TestContracts.call(sender, token, "mint", word(actor.address()), new Uint256(WEALTH.value()));
    }
    paidInCoins.chain().takeOver();
    actors.forEach(actor -> approveAll(actor, token));
  }

  private static List<Actor> actors(TransactionSender sender) {
    List<Actor> actors = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Web3jSigner key = key(i);
      actors.add(new Actor(WALLETS.contains(i) ? wallet(sender, key) : key.address(), key));
    }
    return actors;
  }

  private static Web3jSigner key(int number) {
    return Web3jSigner.fromPrivateKey(Keccak256.hashUtf8("actor " + number));
  }

  private static Address wallet(TransactionSender sender, Web3jSigner owner) {
    Address wallet = TestContracts.deploy(sender, "TestWallet");
    TestContracts.call(sender, wallet, "setOwner", word(owner.address()));
    return wallet;
  }

  private static void approveAll(Actor actor, Address token) {
    RawChain chain = paidInTokens.chain();
    Address market = paidInTokens.hasher().contract();
    String approve = PaymentToken.approve(market, WEALTH);
    chain.call(actor.address(), token, approve, chain.blockTime() + 1);
    assertThat(new PaymentToken(rpc, token).allowance(actor.address(), market)).isEqualTo(WEALTH);
  }

  @BeforeEach
  void remembersTheChain() {
    start = paidInCoins.chain().snapshot();
    enter(paidInCoins);
    now = setting.chain().blockTime();
  }

  private void enter(Setting next) {
    setting = next;
    market = freshMarket();
  }

  @AfterEach
  void goesBack() {
    setting.chain().revert(start);
  }

  @AfterAll
  static void stops() {
    rpc.close();
    node.close();
  }

  @Test
  void theContractDoesWhatTheSpecificationSays() {
    System.out.println("differential test: " + SEQUENCES + " sequences, seed " + SEED);
    long start = System.nanoTime();
    int inTokens = SEQUENCES / TOKEN_SHARE;
    runIn(paidInCoins, 0, SEQUENCES - inTokens);
    setting.chain().revert(this.start);
    this.start = setting.chain().snapshot();
    now = setting.chain().blockTime();
    runIn(paidInTokens, SEQUENCES - inTokens, SEQUENCES);
    report(Duration.ofNanos(System.nanoTime() - start));
    assertEverythingWasMet();
  }

  private void runIn(Setting next, int first, int end) {
    enter(next);
    // A few from nothing: there almost everything is refused.
    int fromNothing = first + (end - first) / FROM_NOTHING;
    runFrom(setting.chain().snapshot(), List.of(), first, fromNothing);
    List<MarketEvent> world = buildWorld();
    runFrom(setting.chain().snapshot(), world, fromNothing, end);
  }

  private void runFrom(String snapshot, List<MarketEvent> world, int first, int end) {
    long startTime = now;
    for (int i = first; i < end; i++) {
      market = freshMarket();
      world.forEach(market.state()::replay);
      now = startTime;
      run(SEED + i);
      // A snapshot is used up by going back to it.
      setting.chain().revert(snapshot);
      snapshot = setting.chain().snapshot();
    }
    now = startTime;
  }

  private List<MarketEvent> buildWorld() {
    market = freshMarket();
    List<MarketEvent> events = new ArrayList<>();
    for (Command command : new RandomCommands(new Random(0), actors, setting.hasher()).world()) {
      now++;
      events.addAll(both(command, now));
    }
    return events;
  }

  private Market freshMarket() {
    return new Market(setting.parameters(), setting.hasher(), setting.signatures());
  }

  private void run(long seed) {
    Random random = new Random(seed);
    RandomCommands generator = new RandomCommands(random, actors, setting.hasher());
    List<String> story = new ArrayList<>();
    try {
      int length = random.nextInt(SHORTEST, LONGEST + 1);
      for (int i = 0; i < length; i++) {
        now = generator.nextTime(market.state(), now);
        if (random.nextInt(100) < BATCHES) {
          i += batch(generator, random, story);
        } else {
          Command command = generator.next(market.state(), now);
          story.add(now + " " + command);
          both(command, now);
        }
      }
      assertSameMoney();
      setting.views().assertSame(market.state(), accounts(), generator.jobOffers());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("with seed " + seed + ":\n" + String.join("\n", story), e);
    }
  }

  // ------------------------------------- what the specification cannot know

  @Test
  void aWithdrawalToAContractThatTakesNoMoneyIsRefused() {
    Address account = actors.getFirst().address();
    both(new Command.Deposit(account, Wei.of(10)), ++now);
    setting.chain().setCode(account, TAKES_NO_MONEY);
    Command withdraw = new Command.Withdraw(account, Wei.of(4));
    RawChain.Mined mined = setting.chain().mine(account, encode(withdraw), ++now);
    assertThat(mined.rejection())
        .contains(Rejection.of(Condition.TRANSFER_FAILED, account, Wei.of(4)));
    assertSameMoney();
  }

  @Test
  void aDepositOfAnotherAmountThanIsSentIsRefused() {
    Address account = actors.getFirst().address();
    for (Setting each : List.of(paidInCoins, paidInTokens)) {
      enter(each);
      String data = encode(new Command.Deposit(account, Wei.of(10))).data();
      RawChain.Mined mined =
          setting
              .chain()
              .mine(account, new CommandEncoder.Call(data, BigInteger.valueOf(9)), ++now);
      assertThat(mined.rejection())
          .contains(
              Rejection.of(
                  Condition.WRONG_AMOUNT,
                  setting.isPaidInToken() ? Wei.ZERO : Wei.of(10),
                  Wei.of(9)));
      assertSameMoney();
    }
  }

  @Test
  void aStepWithOtherTermsOrAnotherResultIsRefused() {
    buildWorld();
    RandomCommands generator = new RandomCommands(new Random(4), actors, setting.hasher());
    while (market.state().matches().isEmpty()) {
      both(generator.next(market.state(), ++now), now);
    }
    Match match = market.state().matches().iterator().next();
    Terms terms = match.terms();
    Result result = new Result(ResultStatus.COMPLETED, Bytes32.ZERO, Usage.NOTHING);
    Command post = new Command.PostResult(terms.resourceProvider(), match.id(), result);
    assertMismatch(post, match, withMediator(terms, MarketParameters.BURNT), Optional.empty());
    both(post, ++now);
    Command accept = new Command.AcceptResult(terms.jobCreator(), match.id());
    Result other = new Result(ResultStatus.DECLINED, Bytes32.ZERO, Usage.NOTHING);
    assertMismatch(accept, match, terms, Optional.of(other));
    assertMismatch(accept, match, withMediator(terms, MarketParameters.BURNT), Optional.of(result));
    both(accept, ++now);
    assertSameMoney();
  }

  private void assertMismatch(Command command, Match match, Terms terms, Optional<Result> result) {
    CommandEncoder.Call call =
        setting.encoder().encode(command, new MatchRecords.MatchRecord(Optional.of(terms), result));
    assertThat(setting.chain().mine(command.caller(), call, ++now).rejection())
        .contains(Rejection.of(Condition.TERMS_MISMATCH, match.id()));
  }

  private static Terms withMediator(Terms t, Address mediator) {
    return new Terms(
        t.jobCreator(),
        t.resourceProvider(),
        mediator,
        t.directory(),
        t.completionDeadline(),
        t.pricedLimits(),
        t.prices(),
        t.mediatorPrices(),
        t.mediatorAvailability(),
        t.directoryAvailability(),
        t.estimate());
  }

  // ------------------------------------------------------------ one command

  private List<MarketEvent> both(Command command, long time) {
    Stage before = stage(command);
    CommandEncoder.Call call = encode(command);
    Outcome expected = market.apply(command, time);
    RawChain.Mined actual = setting.chain().mine(command.caller(), call, time);
    assertSame(expected, actual);
    note(command, before, expected);
    if (expected instanceof Outcome.Accepted outcome) {
      assertSameMoney();
      return outcome.events();
    }
    return List.of();
  }

  private static void assertSame(Outcome expected, RawChain.Mined actual) {
    switch (expected) {
      case Outcome.Accepted outcome -> {
        assertThat(actual.rejection()).as("refused by the contract only").isEmpty();
        assertThat(actual.events()).isEqualTo(outcome.events());
      }
      case Outcome.Refused refused -> assertThat(actual.rejection()).contains(refused.rejection());
    }
  }

  private CommandEncoder.Call encode(Command command) {
    return setting.encoder().encode(command, record(command));
  }

  private MatchRecords.MatchRecord record(Command command) {
    if (!(command instanceof Command.MatchCommand step)) {
      return MatchRecords.MatchRecord.NONE;
    }
    return market
        .state()
        .match(step.matchId())
        .map(
            match ->
                new MatchRecords.MatchRecord(
                    Optional.of(match.terms()), match.state().postedResult()))
        .orElse(MatchRecords.MatchRecord.NONE);
  }

  // ------------------------------------------------------------ many commands

  /**
   * The specification takes them one by one, the contract all at once; also those that only the
   * ones before them make possible.
   *
   * @return how many they were
   */
  private int batch(RandomCommands generator, Random random, List<String> story) {
    Address caller = actors.get(random.nextInt(actors.size())).address();
    List<Command> batch = new ArrayList<>();
    List<Stage> before = new ArrayList<>();
    List<CommandEncoder.Call> calls = new ArrayList<>();
    List<Outcome> expected = new ArrayList<>();
    for (int size = random.nextInt(2, LARGEST_BATCH + 1); size > 0; size--) {
      Optional<Command> next =
          generator.nextOf(caller, market.state(), now, setting.isPaidInToken());
      if (next.isEmpty()) {
        break;
      }
      story.add(now + " in a batch: " + next.get());
      batch.add(next.get());
      before.add(stage(next.get()));
      calls.add(encode(next.get()));
      expected.add(market.apply(next.get(), now));
    }
    if (batch.isEmpty()) {
      return 0;
    }
    List<RawChain.Mined> actual = setting.chain().mineBatch(setting.encoder(), batch, calls, now);
    for (int i = 0; i < batch.size(); i++) {
      assertSame(expected.get(i), actual.get(i));
      note(batch.get(i), before.get(i), expected.get(i));
    }
    assertSameMoney();
    noteBatch(expected);
    return batch.size();
  }

  // ------------------------------------------------------------------- notes

  private Stage stage(Command command) {
    return command instanceof Command.MatchCommand step
        ? market.state().stage(step.matchId())
        : Stage.UNKNOWN;
  }

  private void note(Command command, Stage before, Outcome outcome) {
    commands++;
    switch (outcome) {
      case Outcome.Refused refused ->
          refusals.merge(refused.rejection().condition(), 1, Integer::sum);
      case Outcome.Accepted done -> {
        accepted++;
        done.events().forEach(this::note);
        noteAccepted(command, before);
      }
    }
  }

  private void note(MarketEvent event) {
    if (event instanceof MarketEvent.VerdictPosted verdict) {
      verdicts.add(verdict.verdict());
    }
  }

  private void noteAccepted(Command command, Stage before) {
    if (setting.isPaidInToken()) {
      occasion("in tokens: " + command.getClass().getSimpleName());
    }
    switch (command) {
      case Command.Step step -> transitions.merge(step.transition(), 1, Integer::sum);
      case Command.CloseWithAcceptance close -> {
        occasion("accepted at once when it was " + before);
        if (isWallet(jobCreator(close))) {
          occasion("accepted at once by a wallet");
        }
      }
      case Command.PostMatch match -> {
        if (isWallet(match.jobOffer().jobCreator()) && !match.jobOfferSignature().isNone()) {
          occasion("job offer of a wallet");
        }
        if (isWallet(match.resourceOffer().resourceProvider())
            && !match.resourceOfferSignature().isNone()) {
          occasion("resource offer of a wallet");
        }
      }
      default -> {}
    }
  }

  private Address jobCreator(Command.CloseWithAcceptance close) {
    return market.state().match(close.matchId()).orElseThrow().terms().jobCreator();
  }

  private static boolean isWallet(Address account) {
    return WALLETS.stream().anyMatch(number -> actors.get(number).address().equals(account));
  }

  private void noteBatch(List<Outcome> outcomes) {
    long done = outcomes.stream().filter(Outcome.Accepted.class::isInstance).count();
    if (done == outcomes.size()) {
      occasion("batch of which all was accepted");
    } else {
      occasion(done == 0 ? "batch of which all was refused" : "mixed batch");
    }
  }

  private void occasion(String what) {
    occasions.merge(what, 1, Integer::sum);
  }

  // ---------------------------------------------------------------- compare

  private List<Address> accounts() {
    List<Address> accounts = new ArrayList<>();
    actors.forEach(actor -> accounts.add(actor.address()));
    accounts.add(PARAMETERS.penaltySink());
    return accounts;
  }

  private void assertSameMoney() {
    Map<Address, AccountBalance> expected = new HashMap<>();
    accounts().forEach(account -> expected.put(account, market.state().balance(account)));
    assertThat(setting.chain().balances(accounts())).isEqualTo(expected);
    Wei total = expected.values().stream().map(AccountBalance::total).reduce(Wei.ZERO, Wei::plus);
    assertThat(total).as("no other account has money").isEqualTo(market.state().total());
    assertThat(setting.chain().contractWallet(setting.parameters().paymentToken()))
        .as("money is neither made nor lost")
        .isEqualTo(total);
  }

  // --------------------------------------------------------------- coverage

  private void report(Duration took) {
    System.out.println(
        "differential test: "
            + commands
            + " commands, "
            + accepted
            + " accepted, in "
            + took.toSeconds()
            + " s\nrefused: "
            + refusals
            + "\ntaken: "
            + transitions
            + "\nmet: "
            + occasions);
  }

  private void assertEverythingWasMet() {
    Set<Condition> expected = EnumSet.allOf(Condition.class);
    // The specification cannot know these two; they have tests of their own above.
    expected.remove(Condition.TRANSFER_FAILED);
    expected.remove(Condition.WRONG_AMOUNT);
    assertThat(refusals.keySet()).isEqualTo(expected);
    assertThat(transitions.keySet()).isEqualTo(EnumSet.allOf(Transition.class));
    assertThat(verdicts).isEqualTo(EnumSet.allOf(Verdict.class));
    assertThat(occasions.keySet()).containsAll(allOccasions());
  }

  private static Set<String> allOccasions() {
    Set<String> all =
        new TreeSet<>(
            List.of(
                "accepted at once by a wallet",
                "job offer of a wallet",
                "resource offer of a wallet",
                "batch of which all was accepted",
                "batch of which all was refused",
                "mixed batch",
                "in tokens: Deposit",
                "in tokens: Withdraw",
                "in tokens: PostMatch",
                "in tokens: PostVerdict",
                "in tokens: CloseWithAcceptance"));
    for (Stage stage : Command.CloseWithAcceptance.STAGES) {
      all.add("accepted at once when it was " + stage);
    }
    return all;
  }
}
