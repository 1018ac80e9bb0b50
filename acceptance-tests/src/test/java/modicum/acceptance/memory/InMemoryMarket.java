package modicum.acceptance.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import modicum.directory.image.ImageLayout;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.LocalImage;
import modicum.executor.RunName;
import modicum.executor.RunRequest;
import modicum.executor.image.ProgramImage;
import modicum.executor.scripted.ScriptedCatalog;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.result.FileTree;
import modicum.ledger.RecordedEvent;
import modicum.ledger.memory.InMemoryChain;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.party.Directory;
import modicum.protocol.result.ResultStatus;

/**
 * A whole market in memory: Alice has jobs, Bob and Carol provide, Sam solves, Mia mediates, and
 * Dora keeps the directory. Bob is cheaper than Carol. The agents are the real ones; everything
 * that they reach is a twin.
 *
 * <p>They take turns, one round each, and the chain's clock moves a little after every round of
 * all. After every single turn all money there ever was must still be there.
 */
final class InMemoryMarket {
  static final long REACTION_WINDOW = 400;
  static final long MEDIATION_WINDOW = 800;

  /** Seconds for which agents keep what closed matches left. */
  static final long GRACE = 20;

  /** Seconds that a provider waits for a directory. */
  static final long DIRECTORY_PATIENCE = 60;

  static final long BOBS_PRICE = 3;
  static final long CAROLS_PRICE = 4;
  static final long MEDIATOR_PRICE = 1;
  static final long MEDIATOR_AVAILABILITY = 5;
  static final long DIRECTORY_AVAILABILITY = 3;
  static final long PROVIDER_INCENTIVE = 1;
  static final long PROVIDER_DEPOSIT = 100_000;

  /** Nanoseconds. */
  static final long TIME_PER_INSTRUCTION = 1_000_000;

  /** What the job takes, if nobody lies. */
  static final long INSTRUCTIONS = 100;

  /** What the job puts out, if nobody forges. */
  static final Map<String, String> OUTPUT = Map.of("out.txt", "42\n");

  /** Wei: what each side stakes on a match, (2 + 2) times the job's estimate of 1000 * 5. */
  static final long STAKE = 20_000;

  static final String IMAGE = "shop/job:1";
  static final String CHECKER = "shop/checker:1";
  static final String COMPARATOR = "shop/comparator:1";

  private static final MarketParameters PARAMETERS =
      new MarketParameters(2, 2, REACTION_WINDOW, MEDIATION_WINDOW, 1000, MarketParameters.BURNT);

  private static final long START = 1_800_000_000;
  private static final long SECONDS_A_ROUND = 5;
  private static final int MOST_ROUNDS = 300;
  private static final Wei WEALTH = Wei.of(1_000_000_000);

  private final Path folder;
  private final Channel channel;
  private final InMemoryChain chain = new InMemoryChain(PARAMETERS, START);
  private final MeteredLedger dora = new MeteredLedger(chain.ledger("dora"));
  private final InMemoryStore store =
      new InMemoryStore(dora.account(), () -> dora.head().time())
          .guardedBy(new ChainMatchRegister(chain, dora));
  private final ScriptedCatalog catalog = new ScriptedCatalog();
  private final ImageReference image;
  private final ImageReference comparator;
  private final TestJobCreator alice;
  private final TestProvider bob;
  private final TestProvider carol;
  private final TestSolver sam;
  private final TestMediator mia;

  /**
   * @param folder of everything that is on a disk; empty
   * @param channel how all offers are made known
   */
  InMemoryMarket(Path folder, Channel channel) {
    this.folder = folder;
    this.channel = channel;
    this.image = addImage(IMAGE, List.of("job"));
    addImage(CHECKER, List.of("checker"));
    this.comparator = addImage(COMPARATOR, List.of("comparator"));
    this.sam = new TestSolver(this, "sam");
    this.mia = new TestMediator(this, "mia");
    this.bob = new TestProvider(this, "bob", BOBS_PRICE);
    this.carol = new TestProvider(this, "carol", CAROLS_PRICE);
    this.alice = new TestJobCreator(this, "alice");
    chain.setGasPrice(Wei.of(1));
    accounts().forEach(account -> chain.give(account, WEALTH));
    jobsComeTo(run -> ScriptedOutcome.completed(OUTPUT, INSTRUCTIONS));
    dora.submit(
        new Command.RegisterDirectory(
            dora.account(), new Directory(Wei.of(DIRECTORY_AVAILABILITY), "memory:")));
  }

  private ImageReference addImage(String name, List<String> command) {
    try {
      Files.createDirectories(folder);
      Path program = Files.writeString(folder.resolve("program"), "not really a program");
      ImageLayout layout = new ImageLayout(folder.resolve("images"));
      ImageReference reference =
          ProgramImage.write(program, List.of(), command, Architecture.AMD64, layout);
      LocalImage local =
          new LocalImage(name, reference.id(), reference.baseLayer(), Architecture.AMD64, 1 << 10);
      catalog.add(local, reference.manifest(), layout);
      return reference;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ------------------------------------------------------------- the parties

  TestJobCreator alice() {
    return alice;
  }

  TestProvider bob() {
    return bob;
  }

  TestProvider carol() {
    return carol;
  }

  TestSolver sam() {
    return sam;
  }

  TestMediator mia() {
    return mia;
  }

  /** In the order in which they take turns. */
  List<Party> parties() {
    return List.of(alice, bob, carol, sam, mia);
  }

  Party party(String name) {
    return parties().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  // -------------------------------------------------------------- the worlds

  Path folder() {
    return folder;
  }

  Channel channel() {
    return channel;
  }

  InMemoryChain chain() {
    return chain;
  }

  InMemoryStore store() {
    return store;
  }

  ScriptedCatalog catalog() {
    return catalog;
  }

  ImageReference image() {
    return image;
  }

  /** The directory's account. */
  Address directory() {
    return dora.account();
  }

  // -------------------------------------------------------------- story time

  /** Everyone registers, pays in and offers what they have to offer. */
  InMemoryMarket opens() {
    runUntilQuiet();
    return this;
  }

  /** What every run comes to, whoever's engine it is on. */
  void jobsComeTo(Function<RunRequest, ScriptedOutcome> script) {
    parties().forEach(party -> party.engine().otherwise(script));
  }

  /**
   * From now on no two runs of the job put out the same bytes: all put out the number, and add who
   * they are. The comparator calls outputs equal that begin with the same number.
   */
  void jobsPutOutAboutTheSame() {
    for (Party party : parties()) {
      aboutTheSame(party, "42");
    }
  }

  /** Like everyone else's, this party's runs now put out about the same, but of this number. */
  void aboutTheSame(Party party, String number) {
    party
        .engine()
        .otherwise(run -> run.job().image().equals(comparator) ? compare(run) : sign(run, number));
  }

  private static ScriptedOutcome sign(RunRequest run, String number) {
    String signed = number + " by " + run.name().owner() + " in run " + run.name().attempt();
    return ScriptedOutcome.completed(Map.of("out.txt", signed), INSTRUCTIONS);
  }

  private static ScriptedOutcome compare(RunRequest run) {
    Path both = run.input().orElseThrow();
    return numberIn(both.resolve("a")).equals(numberIn(both.resolve("b")))
        ? ScriptedOutcome.completed(Map.of(), 1)
        : ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1);
  }

  private static String numberIn(Path output) {
    try {
      return Files.readString(output.resolve("out.txt")).split(" ")[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All take turns until nobody wants to do anything. */
  void runUntilQuiet() {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (!round()) {
        return;
      }
    }
    throw new AssertionError("the market does not come to rest: " + stages());
  }

  /** All take turns until it is so. */
  void runUntil(BooleanSupplier itIsSo) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (itIsSo.getAsBoolean()) {
        return;
      }
      round();
    }
    throw new AssertionError("it never is so: " + stages());
  }

  /** All take so many turns. */
  void runRounds(int rounds) {
    for (int round = 0; round < rounds; round++) {
      round();
    }
  }

  /** All take turns until the only match is in this stage. */
  void runUntil(Stage stage) {
    runUntil(() -> stages().equals(List.of(stage)));
  }

  /** All take turns until there are so many matches, and all are in this stage. */
  void runUntil(Stage stage, int matches) {
    runUntil(() -> stages().equals(Collections.nCopies(matches, stage)));
  }

  void timePasses(long seconds) {
    chain.advance(seconds);
  }

  /** All take turns until nobody wants to keep anything of closed matches any more. */
  void runUntilCleanedUp() {
    runUntilQuiet();
    int before;
    do {
      // Who is killed while it waits to clean up waits again from the beginning.
      before = deaths();
      timePasses(GRACE + 1);
      runUntilQuiet();
    } while (deaths() > before);
  }

  /** How often agents were killed by their traps. */
  int deaths() {
    return parties().stream().mapToInt(Party::deaths).sum();
  }

  /** Returns whether anybody did or tried anything. */
  private boolean round() {
    boolean busy = false;
    for (Party party : parties()) {
      try {
        busy |= party.step();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      requireConservedMoney(party);
    }
    parties().forEach(Party::passTime);
    chain.advance(SECONDS_A_ROUND);
    return busy;
  }

  private void requireConservedMoney(Party lastMoved) {
    Wei wallets = accounts().stream().map(a -> dora.wallet(a)).reduce(Wei.ZERO, Wei::plus);
    Wei fees = parties().stream().map(p -> p.ledger().fees()).reduce(dora.fees(), Wei::plus);
    assertThat(wallets.plus(fees).plus(chain.state().total()))
        .as("all money after a turn of %s", lastMoved.name())
        .isEqualTo(WEALTH.times(accounts().size()));
  }

  private List<Address> accounts() {
    return List.of(
        alice.account(),
        bob.account(),
        carol.account(),
        sam.account(),
        mia.account(),
        dora.account());
  }

  /** All processes end, and the disks are wiped. */
  void isGone() {
    parties().forEach(Party::die);
    FileTree.delete(folder);
  }

  // ------------------------------------------------------------ what came of it

  List<Match> matches() {
    return List.copyOf(chain.state().matches());
  }

  Match onlyMatch() {
    assertThat(matches()).hasSize(1);
    return matches().getFirst();
  }

  /** The only match, which is closed. */
  MatchState.Closed closed() {
    assertThat(stages()).containsExactly(Stage.CLOSED);
    return (MatchState.Closed) onlyMatch().state();
  }

  /** Why results were rejected, in order. */
  List<RejectReason> rejections() {
    return events(MarketEvent.ResultRejected.class)
        .map(rejected -> ((MarketEvent.ResultRejected) rejected.event()).reason())
        .toList();
  }

  /** All events of a kind, in order. */
  Stream<RecordedEvent> events(Class<? extends MarketEvent> kind) {
    return dora.events(dora.deploymentBlock(), dora.head().number()).stream()
        .filter(recorded -> kind.isInstance(recorded.event()));
  }

  private List<Stage> stages() {
    return matches().stream().map(m -> m.state().stage()).toList();
  }

  /** What a side of closed matches got back beyond its stakes, wei; negative where it paid. */
  long gainOf(Party party) {
    return matches().stream()
        .filter(m -> m.state() instanceof MatchState.Closed)
        .mapToLong(m -> gainOf(party.account(), m))
        .sum();
  }

  private static long gainOf(Address account, Match match) {
    Settlement settlement = ((MatchState.Closed) match.state()).settlement();
    long gain = 0;
    if (match.terms().jobCreator().equals(account)) {
      gain += settlement.jobCreator().value().longValueExact() - STAKE;
    }
    if (match.terms().resourceProvider().equals(account)) {
      gain += settlement.resourceProvider().value().longValueExact() - STAKE;
    }
    return gain;
  }

  /** All that a party has, wherever it is, and what it paid to the chain; wei. */
  Wei wealthWithoutFees(Party party) {
    return dora.wallet(party.account())
        .plus(chain.state().balance(party.account()).total())
        .plus(party.ledger().fees());
  }

  /** What the market owes an account, wei. */
  long balanceOf(Address account) {
    return chain.state().balance(account).total().value().longValueExact();
  }

  /** How often each run was started, on all engines. */
  Map<RunName, Integer> starts() {
    Map<RunName, Integer> starts = new HashMap<>();
    for (Party party : parties()) {
      party.engine().starts().forEach((name, n) -> starts.merge(name, n, Integer::sum));
    }
    return starts;
  }

  /** The runs that are still on an engine. */
  List<RunName> leftRuns() {
    return parties().stream().flatMap(party -> party.leftRuns().stream()).toList();
  }
}
