package modicum.acceptance.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.record.JobEnd;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills every agent before and after every single effect that it has on the world, starts a new one
 * in its place, and expects the same end: the same settlement for everyone, every container started
 * once, nothing left about.
 */
@ExtendWith(QuietLogs.class)
class CrashSweepTest {
  /** The stories wait for disks more than they compute. */
  private static final int SIDE_BY_SIDE = 8;

  private static final double OFTEN = 0.08;
  private static final int SEEDS = 40;

  /** How all offers are made known. */
  private Channel channel = Channel.ORDER_BOOK;

  @TempDir(factory = FolderInMemory.class)
  Path folder;

  private final AtomicInteger markets = new AtomicInteger();

  /** How a match ended; whatever the nonces of its offers, it is to end like this. */
  private record MatchEnd(
      ClosingReason reason,
      Optional<ResultStatus> status,
      Optional<Usage> claimed,
      Optional<Verdict> verdict,
      Settlement settlement) {
    static MatchEnd of(Match match) {
      MatchState.Closed closed = (MatchState.Closed) match.state();
      return new MatchEnd(
          closed.reason(),
          closed.result().map(r -> r.status()),
          closed.result().map(r -> r.usage()),
          closed.mediation().map(MatchState.Mediation::verdict),
          closed.settlement());
    }
  }

  /**
   * What a story came to.
   *
   * @param matches in whatever order the solver came to them
   * @param wealth of each party, what it paid to the chain included: a killed agent may pay for
   *     asking twice
   * @param starts of each run, by who ran it and which of its runs it was
   */
  private record End(
      List<MatchEnd> matches,
      Map<String, Wei> wealth,
      Map<String, Integer> starts,
      List<JobEnd> jobs) {
    static End of(InMemoryMarket market) {
      return new End(
          market.matches().stream()
              .map(MatchEnd::of)
              .sorted(Comparator.comparing(MatchEnd::toString))
              .toList(),
          market.parties().stream()
              .collect(Collectors.toMap(Party::name, market::wealthWithoutFees)),
          starts(market),
          market.alice().ends());
    }

    private static Map<String, Integer> starts(InMemoryMarket market) {
      Map<String, Integer> starts = new TreeMap<>();
      market
          .starts()
          .forEach((run, n) -> starts.merge(run.owner() + "/" + run.attempt(), n, Integer::sum));
      return starts;
    }
  }

  private InMemoryMarket newMarket() {
    return new InMemoryMarket(folder.resolve("market-" + markets.getAndIncrement()), channel);
  }

  private static End tell(SweptStory story, InMemoryMarket market) {
    story.tell(market);
    market.runUntilCleanedUp();
    assertThat(market.matches()).as("matches of each job").hasSize(story.jobs());
    assertThat(market.starts().values()).as("starts of each run").containsOnly(1);
    assertThat(market.leftRuns()).as("runs left on engines").isEmpty();
    for (Party party : market.parties()) {
      assertThat(party.leftFiles()).as("what %s left behind", party.name()).isEmpty();
    }
    End end = End.of(market);
    assertThat(end.matches()).extracting(MatchEnd::reason).containsOnly(story.reason());
    assertThat(end.matches()).extracting(MatchEnd::verdict).containsOnly(story.verdict());
    market.isGone();
    return end;
  }

  /** Tells the story with one death; returns what is wrong with its end. */
  private Optional<String> tellWithDeath(
      SweptStory story, End calm, String victim, int effect, Trap.Side side) {
    Trap trap = Trap.at(effect, side);
    InMemoryMarket market = newMarket();
    market.party(victim).isTrappedBy(trap);
    String wrong;
    try {
      End end = tell(story, market);
      assertThat(trap.deaths()).as("deaths").isEqualTo(1);
      assertThat(end).isEqualTo(calm);
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      wrong = e.toString();
    }
    List<String> effects = trap.effects();
    String fatal = effect < effects.size() ? effects.get(effect) : "nothing";
    return Optional.of(
        "%s, %s killed %s effect %d (%s): %s".formatted(story, victim, side, effect, fatal, wrong));
  }

  /** Tells the story with all agents dying again and again; returns what is wrong with its end. */
  private Optional<String> tellWithManyDeaths(SweptStory story, End calm, long seed) {
    InMemoryMarket market = newMarket();
    Random random = new Random(seed);
    market.parties().forEach(party -> party.isTrappedBy(Trap.often(OFTEN, random)));
    try {
      End end = tell(story, market);
      assertThat(market.deaths()).as("deaths").isGreaterThan(1);
      assertThat(end).isEqualTo(calm);
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of("%s, killed often by seed %d: %s".formatted(story, seed, e));
    }
  }

  /** From the match on the channel makes no difference, so few stories are told both ways. */
  static Stream<Arguments> stories() {
    return Stream.concat(
        Stream.of(SweptStory.values()).map(story -> Arguments.of(story, Channel.ORDER_BOOK)),
        Stream.of(SweptStory.VERIFIED, SweptStory.TWO_AT_ONCE)
            .map(story -> Arguments.of(story, Channel.ON_CHAIN)));
  }

  @ParameterizedTest
  @MethodSource("stories")
  void settlesTheSameHoweverOftenAllAgentsAreKilled(SweptStory story, Channel offers)
      throws InterruptedException, ExecutionException {
    channel = offers;
    End calm = tell(story, newMarket());
    List<Callable<Optional<String>>> seeds = new ArrayList<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      long each = seed;
      seeds.add(() -> tellWithManyDeaths(story, calm, each));
    }
    assertThat(wrongAmong(seeds)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("stories")
  void settlesTheSameWhereverAnAgentIsKilledAndRunsNothingTwice(SweptStory story, Channel offers)
      throws InterruptedException, ExecutionException {
    channel = offers;
    InMemoryMarket undisturbed = newMarket();
    Map<String, Trap> counters = new TreeMap<>();
    for (Party party : undisturbed.parties()) {
      Trap counter = Trap.harmless();
      party.isTrappedBy(counter);
      counters.put(party.name(), counter);
    }
    End calm = tell(story, undisturbed);

    List<Callable<Optional<String>>> deaths = new ArrayList<>();
    counters.forEach(
        (victim, counter) -> {
          assertThat(counter.effects()).as("effects of %s", victim).isNotEmpty();
          for (int i = 0; i < counter.effects().size(); i++) {
            int effect = i;
            for (Trap.Side side : Trap.Side.values()) {
              deaths.add(() -> tellWithDeath(story, calm, victim, effect, side));
            }
          }
        });
    assertThat(deaths).hasSizeGreaterThan(100);
    assertThat(counters.values().stream().flatMap(counter -> counter.effects().stream()))
        .filteredOn(effect -> effect.startsWith("submit all of "))
        .as("transactions of many")
        .hasSizeGreaterThanOrEqualTo(story.jobs() == 1 ? 0 : 3);
    assertThat(wrongAmong(deaths)).isEmpty();
  }

  private static List<String> wrongAmong(List<Callable<Optional<String>>> deaths)
      throws InterruptedException, ExecutionException {
    List<String> wrong = new ArrayList<>();
    try (ExecutorService stage = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
      for (Future<Optional<String>> death : stage.invokeAll(deaths)) {
        death.get().ifPresent(wrong::add);
      }
    }
    return wrong;
  }
}
