package modicum.ledger.web3j;

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
import modicum.ledger.node.EvmNode;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.market.Condition;
import modicum.protocol.market.Market;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Outcome;
import modicum.protocol.market.Rejection;
import modicum.protocol.market.ResourceOfferState;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Terms;
import modicum.protocol.match.Transition;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The executable specification against the contract: random sequences of commands are sent to both,
 * at the same block times. After each command both must have done the same: the same events in
 * every field, or the same refusal with the same data; the same balances of every account; and the
 * contract must hold exactly the money of all accounts.
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

  private static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, 60, 90, 1000, MarketParameters.BURNT);
  private static final Wei WEALTH = new Wei(BigInteger.ONE.shiftLeft(130));
  private static final String BALANCE_OF = selector("balanceOf(address)");
  private static final String STAGE_OF = selector("stageOf(bytes32)");
  private static final String RESOURCE_OFFER_STATE = selector("resourceOfferState(bytes32)");

  /** Code that takes no money: it reverts whenever it is called. */
  private static final String TAKES_NO_MONEY = "0x5f5ffd";

  /** What was met on the way, so that a generator that got stuck is noticed. */
  private final Map<Condition, Integer> refusals = new EnumMap<>(Condition.class);

  private final Map<Transition, Integer> transitions = new EnumMap<>(Transition.class);
  private final Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
  private int commands;
  private int accepted;

  private static EvmNode node;
  private static RpcNode rpc;
  private static RawChain chain;
  private static CommandEncoder encoder;
  private static OfferHasher hasher;
  private static List<Web3jSigner> actors;

  private Market market;
  private long now;

  @BeforeAll
  static void deploys() {
    node = EvmNode.start(EvmNode.Options.forOneClient(TestNodes.anvil()));
    rpc = new RpcNode(node.url().toString());
    actors = actors();
    actors.forEach(actor -> node.setBalance(actor.address(), WEALTH));
    MarketDeployment deployment =
        MarketDeployment.deploy(
            new TransactionSender(rpc, actors.getFirst(), TransactionSender.Options.LOCAL),
            PARAMETERS);
    assertThat(MarketDeployment.parameters(rpc, deployment.contract())).isEqualTo(PARAMETERS);
    hasher = new OfferHasher(rpc.chainId(), deployment.contract());
    encoder = new CommandEncoder(rpc.web3j(), deployment.contract());
    chain = new RawChain(node.url(), deployment.contract());
    chain.takeOver();
  }

  private String start;

  @BeforeEach
  void remembersTheChain() {
    start = chain.snapshot();
    market = freshMarket();
    now = chain.blockTime();
  }

  @AfterEach
  void goesBack() {
    chain.revert(start);
  }

  @AfterAll
  static void stops() {
    rpc.close();
    node.close();
  }

  private static List<Web3jSigner> actors() {
    List<Web3jSigner> actors = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      actors.add(Web3jSigner.fromPrivateKey(Keccak256.hashUtf8("actor " + i)));
    }
    return actors;
  }

  @Test
  void theContractDoesWhatTheSpecificationSays() {
    System.out.println("differential test: " + SEQUENCES + " sequences, seed " + SEED);
    long start = System.nanoTime();
    // A few from nothing: there almost everything is refused.
    runFrom(chain.snapshot(), List.of(), 0, SEQUENCES / FROM_NOTHING);
    List<MarketEvent> world = buildWorld();
    runFrom(chain.snapshot(), world, SEQUENCES / FROM_NOTHING, SEQUENCES);
    report(Duration.ofNanos(System.nanoTime() - start));
    assertEverythingWasMet();
  }

  private void runFrom(String snapshot, List<MarketEvent> world, int first, int end) {
    long startTime = now;
    for (int i = first; i < end; i++) {
      market = freshMarket();
      world.forEach(market.state()::replay);
      now = startTime;
      run(SEED + i);
      // A snapshot is used up by going back to it.
      chain.revert(snapshot);
      snapshot = chain.snapshot();
    }
  }

  private List<MarketEvent> buildWorld() {
    market = freshMarket();
    List<MarketEvent> events = new ArrayList<>();
    for (Command command : new RandomCommands(new Random(0), actors, hasher).world()) {
      now++;
      events.addAll(both(command, now));
    }
    return events;
  }

  private static Market freshMarket() {
    return new Market(PARAMETERS, hasher, new Web3jSignatures());
  }

  private void run(long seed) {
    Random random = new Random(seed);
    RandomCommands generator = new RandomCommands(random, actors, hasher);
    List<String> story = new ArrayList<>();
    try {
      int length = random.nextInt(SHORTEST, LONGEST + 1);
      for (int i = 0; i < length; i++) {
        now = generator.nextTime(market.state(), now);
        Command command = generator.next(market.state(), now);
        story.add(now + " " + command);
        both(command, now);
      }
      assertSameRecords();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("with seed " + seed + ":\n" + String.join("\n", story), e);
    }
  }

  // ------------------------------------- what the specification cannot know

  @Test
  void aWithdrawalToAContractThatTakesNoMoneyIsRefused() {
    Address account = actors.getFirst().address();
    both(new Command.Deposit(account, Wei.of(10)), ++now);
    chain.setCode(account, TAKES_NO_MONEY);
    Command withdraw = new Command.Withdraw(account, Wei.of(4));
    RawChain.Mined mined = chain.mine(account, encode(withdraw), ++now);
    assertThat(mined.rejection())
        .contains(Rejection.of(Condition.TRANSFER_FAILED, account, Wei.of(4)));
    assertSameMoney();
  }

  @Test
  void aStepWithOtherTermsOrAnotherResultIsRefused() {
    buildWorld();
    RandomCommands generator = new RandomCommands(new Random(4), actors, hasher);
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
    assertSameRecords();
  }

  private void assertMismatch(Command command, Match match, Terms terms, Optional<Result> result) {
    CommandEncoder.Call call =
        encoder.encode(command, new MatchRecords.MatchRecord(Optional.of(terms), result));
    assertThat(chain.mine(command.caller(), call, ++now).rejection())
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
    commands++;
    Outcome expected = market.decide(command, time);
    RawChain.Mined actual = chain.mine(command.caller(), encode(command), time);
    return switch (expected) {
      case Outcome.Accepted outcome -> {
        assertThat(actual.rejection()).as("refused by the contract only").isEmpty();
        assertThat(actual.events()).isEqualTo(outcome.events());
        outcome.events().forEach(market.state()::replay);
        accepted++;
        note(command, outcome.events());
        assertSameMoney();
        yield outcome.events();
      }
      case Outcome.Refused refused -> {
        assertThat(actual.rejection()).contains(refused.rejection());
        refusals.merge(refused.rejection().condition(), 1, Integer::sum);
        yield List.of();
      }
    };
  }

  private CommandEncoder.Call encode(Command command) {
    return encoder.encode(command, record(command));
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

  private void note(Command command, List<MarketEvent> events) {
    if (command instanceof Command.MatchCommand step) {
      transitions.merge(step.transition(), 1, Integer::sum);
    }
    for (MarketEvent event : events) {
      if (event instanceof MarketEvent.VerdictPosted verdict) {
        verdicts.add(verdict.verdict());
      }
    }
  }

  // ---------------------------------------------------------------- compare

  private void assertSameMoney() {
    List<Address> accounts = new ArrayList<>();
    actors.forEach(actor -> accounts.add(actor.address()));
    accounts.add(PARAMETERS.penaltySink());
    Map<Address, AccountBalance> expected = new HashMap<>();
    accounts.forEach(account -> expected.put(account, market.state().balance(account)));
    assertThat(chain.balances(accounts, BALANCE_OF)).isEqualTo(expected);
    Wei total = expected.values().stream().map(AccountBalance::total).reduce(Wei.ZERO, Wei::plus);
    assertThat(total).as("no other account has money").isEqualTo(market.state().total());
    assertThat(chain.contractWallet()).as("money is neither made nor lost").isEqualTo(total);
  }

  private void assertSameRecords() {
    assertSameMoney();
    MarketState state = market.state();
    List<Match> matches = List.copyOf(state.matches());
    List<List<BigInteger>> stages =
        chain.view(STAGE_OF, matches.stream().map(match -> match.id().value()).toList());
    for (int i = 0; i < matches.size(); i++) {
      MatchState expected = matches.get(i).state();
      long deadline = expected instanceof MatchState.Open open ? open.deadline() : 0;
      assertThat(stages.get(i))
          .containsExactly(
              BigInteger.valueOf(expected.stage().ordinal()), BigInteger.valueOf(deadline));
    }
    List<OfferHash> offers = matches.stream().map(Match::resourceOfferHash).distinct().toList();
    List<List<BigInteger>> states =
        chain.view(RESOURCE_OFFER_STATE, offers.stream().map(OfferHash::value).toList());
    for (int i = 0; i < offers.size(); i++) {
      ResourceOfferState expected = state.resourceOffer(offers.get(i));
      assertThat(states.get(i))
          .containsExactly(
              bit(expected.posted()),
              bit(expected.cancelled()),
              BigInteger.valueOf(expected.used()));
    }
  }

  private static BigInteger bit(boolean value) {
    return value ? BigInteger.ONE : BigInteger.ZERO;
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
            + transitions);
  }

  private void assertEverythingWasMet() {
    Set<Condition> expected = EnumSet.allOf(Condition.class);
    // The specification cannot know these two; they have tests of their own below.
    expected.remove(Condition.TRANSFER_FAILED);
    expected.remove(Condition.TERMS_MISMATCH);
    assertThat(refusals.keySet()).isEqualTo(expected);
    assertThat(transitions.keySet()).isEqualTo(EnumSet.allOf(Transition.class));
    assertThat(verdicts).isEqualTo(EnumSet.allOf(Verdict.class));
  }

  private static String selector(String signature) {
    return "0x" + Keccak256.hashUtf8(signature).toHex().substring(0, 8);
  }
}
