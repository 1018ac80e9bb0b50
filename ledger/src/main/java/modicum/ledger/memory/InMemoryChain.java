package modicum.ledger.memory;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import modicum.ledger.Head;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.Receipt;
import modicum.ledger.RecordedEvent;
import modicum.ledger.Submission;
import modicum.ledger.WalletTooSmall;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Words;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.market.Command;
import modicum.protocol.market.Market;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.Outcome;
import modicum.protocol.market.Rejection;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.OfferHasher;

/**
 * A chain in memory that holds one market: a block for each command or batch, a clock that only
 * {@link #advance} moves, and wallets. Accounts reach it through {@link #ledger}. It can be told to
 * fail as real chains do.
 *
 * <p>Thread-safe.
 */
public final class InMemoryChain {
  /** Gas of every command, in a batch as well: only the price can be set. */
  public static final long GAS = 100_000;

  private static final long CHAIN_ID = 1337;
  private static final Address CONTRACT = InMemorySigner.named("the market").address();

  private final MarketParameters parameters;
  private final OfferHasher hasher = new OfferHasher(CHAIN_ID, CONTRACT);
  private final List<InMemoryBlock> blocks = new ArrayList<>();
  private final Map<Address, Wei> given = new HashMap<>();
  private final Map<Address, Wei> wallets = new HashMap<>();

  /** Of the chain's own coin: the very wallets in a market that is paid in it. */
  private final Map<Address, Wei> gasWallets;

  private Market market;
  private long now;
  private Wei gasPrice = Wei.ZERO;
  private int fork;
  private boolean unavailable;
  private Consumer<Command> beforeSubmit = command -> {};
  private Consumer<Command> afterSubmit = command -> {};

  /**
   * @param startTime block time of the first block, seconds since 1970
   */
  public InMemoryChain(MarketParameters parameters, long startTime) {
    this.parameters = parameters;
    this.gasWallets = parameters.paymentToken().isPresent() ? new HashMap<>() : wallets;
    this.now = startTime;
    this.market = freshMarket();
    mine(List.of(), List.of());
  }

  /** The chain as seen by one account. */
  public InMemoryLedger ledger(Signer signer) {
    return new InMemoryLedger(this, signer);
  }

  /** The chain as seen by the account of this name. */
  public InMemoryLedger ledger(String name) {
    return ledger(InMemorySigner.named(name));
  }

  public MarketParameters parameters() {
    return parameters;
  }

  public OfferHasher hasher() {
    return hasher;
  }

  /** The market itself, for tests to look at; not for agents. */
  public synchronized MarketState state() {
    return market.state();
  }

  // ------------------------------------------------------------- the world

  /** Puts money into a wallet, from nowhere. */
  public synchronized void give(Address account, Wei amount) {
    given.merge(account, amount, Wei::plus);
    wallets.merge(account, amount, Wei::plus);
  }

  /** Gives an account of the chain's own coin, in a market that is paid in a token. */
  public synchronized void giveForGas(Address account, Wei amount) {
    if (parameters.paymentToken().isEmpty()) {
      throw new IllegalStateException("this market is paid in the chain's own coin: give that");
    }
    gasWallets.merge(account, amount, Wei::plus);
  }

  /** Moves the clock, and mines an empty block, so that everyone sees it. */
  public synchronized void advance(long seconds) {
    now += seconds;
    mine(List.of(), List.of());
  }

  /** Moves the clock to a block time, and mines an empty block, so that everyone sees it. */
  public synchronized void advanceTo(long blockTime) {
    if (blockTime < now) {
      throw new IllegalArgumentException("it is " + now + " already, asked for " + blockTime);
    }
    advance(blockTime - now);
  }

  /** What each following command costs its sender, in wei per gas; zero at first. */
  public synchronized void setGasPrice(Wei price) {
    this.gasPrice = price;
  }

  /** Answers nobody, until told otherwise. */
  public synchronized void setUnavailable(boolean unavailable) {
    this.unavailable = unavailable;
  }

  /**
   * Runs before each command is carried out; what it throws, the sender gets, and nothing is done.
   */
  public synchronized void beforeSubmit(Consumer<Command> hook) {
    this.beforeSubmit = hook;
  }

  /**
   * Runs after each command was carried out; what it throws, the sender gets, though it is done.
   */
  public synchronized void afterSubmit(Consumer<Command> hook) {
    this.afterSubmit = hook;
  }

  /** Takes the newest blocks off the chain: what they did is undone and forgotten. */
  public synchronized void dropBlocks(int count) {
    drop(count);
  }

  /** Replaces the newest blocks by others that hold the same commands, at the present time. */
  public synchronized void reorganise(int count) {
    List<InMemoryBlock> dropped = drop(count);
    for (InMemoryBlock block : dropped) {
      if (block.commands().isEmpty()) {
        mine(List.of(), List.of());
      } else {
        carryOut(block.commands());
      }
    }
  }

  private List<InMemoryBlock> drop(int count) {
    if (count < 1 || count >= blocks.size()) {
      throw new IllegalArgumentException("can drop 1 to " + (blocks.size() - 1) + " blocks");
    }
    List<InMemoryBlock> newest = blocks.subList(blocks.size() - count, blocks.size());
    List<InMemoryBlock> dropped = List.copyOf(newest);
    newest.clear();
    fork++;
    rebuild();
    return dropped;
  }

  /**
   * Fees of earlier commands come back as well: they are not part of what a re-organisation tests.
   */
  private void rebuild() {
    market = freshMarket();
    wallets.clear();
    wallets.putAll(given);
    for (InMemoryBlock block : blocks) {
      block.events().forEach(recorded -> take(recorded.event()));
    }
  }

  private Market freshMarket() {
    return new Market(parameters, hasher, InMemorySigner.RECOVERY);
  }

  // ------------------------------------------------------------ the ledger

  synchronized Head head() {
    requireAvailable();
    return blocks.getLast().head();
  }

  synchronized Head block(long number) {
    requireAvailable();
    if (number < 0 || number >= blocks.size()) {
      throw new LedgerUnavailable("there is no block " + number);
    }
    return blocks.get((int) number).head();
  }

  synchronized List<RecordedEvent> events(long from, long to) {
    requireAvailable();
    return blocks.stream()
        .filter(block -> block.head().number() >= from && block.head().number() <= to)
        .flatMap(block -> block.events().stream())
        .toList();
  }

  synchronized Wei wallet(Address account) {
    requireAvailable();
    return wallets.getOrDefault(account, Wei.ZERO);
  }

  synchronized Wei gasWallet(Address account) {
    requireAvailable();
    return gasWallets.getOrDefault(account, Wei.ZERO);
  }

  synchronized Optional<Rejection> dryRun(Command command) {
    requireAvailable();
    return switch (market.decide(command, now)) {
      case Outcome.Accepted accepted -> Optional.empty();
      case Outcome.Refused refused -> Optional.of(refused.rejection());
    };
  }

  synchronized Submission submit(Command command) {
    beforeSubmit.accept(command);
    requireAvailable();
    Submission submission = carryOut(List.of(command)).getFirst();
    afterSubmit.accept(command);
    return submission;
  }

  synchronized List<Submission> submitAll(List<Command> commands) {
    commands.forEach(this::requireNoValue);
    commands.forEach(beforeSubmit);
    requireAvailable();
    List<Submission> submissions = carryOut(commands);
    commands.forEach(afterSubmit);
    return submissions;
  }

  private void requireNoValue(Command command) {
    if (command instanceof Command.Deposit && parameters.paymentToken().isEmpty()) {
      throw new IllegalArgumentException(
          "a deposit carries money with it, so it goes by itself: submit " + command);
    }
  }

  private void requireAvailable() {
    if (unavailable) {
      throw new LedgerUnavailable("the in-memory chain was told to be unavailable");
    }
  }

  /** In one block, if anything comes of any of them; only then do they cost something. */
  private List<Submission> carryOut(List<Command> commands) {
    Wei fee = gasPrice.times(GAS);
    requireWallets(commands, fee);
    List<Outcome> outcomes = new ArrayList<>();
    List<MarketEvent> events = new ArrayList<>();
    for (Command command : commands) {
      Outcome outcome = market.decide(command, now);
      outcomes.add(outcome);
      if (outcome instanceof Outcome.Accepted accepted) {
        accepted.events().forEach(this::take);
        events.addAll(accepted.events());
      }
    }
    if (outcomes.stream().noneMatch(Outcome.Accepted.class::isInstance)) {
      return outcomes.stream().map(outcome -> submission(outcome, Optional.empty())).toList();
    }
    commands.forEach(
        command ->
            gasWallets.computeIfPresent(command.caller(), (who, wallet) -> wallet.minus(fee)));
    InMemoryBlock block = mine(commands, events);
    Receipt receipt = new Receipt(block.head().hash(), block.head().number(), GAS, fee);
    return outcomes.stream().map(outcome -> submission(outcome, Optional.of(receipt))).toList();
  }

  private static Submission submission(Outcome outcome, Optional<Receipt> receipt) {
    return switch (outcome) {
      case Outcome.Accepted accepted ->
          new Submission.Accepted(accepted.events(), receipt.orElseThrow());
      case Outcome.Refused refused -> new Submission.Refused(refused.rejection(), receipt);
    };
  }

  private void requireWallets(List<Command> commands, Wei fee) {
    if (commands.isEmpty()) {
      return;
    }
    // All of one account: nobody sends another's commands.
    Address account = commands.getFirst().caller();
    Wei fees = fee.times(commands.size());
    Wei deposits =
        commands.stream()
            .filter(Command.Deposit.class::isInstance)
            .map(command -> ((Command.Deposit) command).amount())
            .reduce(Wei.ZERO, Wei::plus);
    Optional<Address> token = parameters.paymentToken();
    Wei wallet = wallets.getOrDefault(account, Wei.ZERO);
    Wei gasWallet = gasWallets.getOrDefault(account, Wei.ZERO);
    if (token.isPresent() && !wallet.covers(deposits)) {
      throw new WalletTooSmall(account, token.get(), wallet, deposits);
    }
    if (!gasWallet.covers(token.isPresent() ? fees : fees.plus(deposits))) {
      throw new WalletTooSmall(account, gasWallet);
    }
  }

  private void take(MarketEvent event) {
    market.state().replay(event);
    switch (event) {
      case MarketEvent.Deposited e ->
          wallets.compute(e.account(), (account, wallet) -> wallet.minus(e.amount()));
      case MarketEvent.Withdrawn e -> wallets.merge(e.account(), e.amount(), Wei::plus);
      default -> {}
    }
  }

  private InMemoryBlock mine(List<Command> commands, List<MarketEvent> events) {
    long number = blocks.size();
    Head head = new Head(number, hash(number), now);
    List<RecordedEvent> recorded = new ArrayList<>();
    for (MarketEvent event : events) {
      recorded.add(new RecordedEvent(number, recorded.size(), head.hash(), event));
    }
    InMemoryBlock block = new InMemoryBlock(head, List.copyOf(commands), List.copyOf(recorded));
    blocks.add(block);
    return block;
  }

  private Bytes32 hash(long number) {
    Bytes32 parent = blocks.isEmpty() ? Bytes32.ZERO : blocks.getLast().head().hash();
    return new Words().add(parent).add(BigInteger.valueOf(number)).add(now).add(fork).hash();
  }
}
