package modicum.jobcreator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import modicum.directory.Directory;
import modicum.executor.Executor;
import modicum.executor.ImageCatalog;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.record.JobRecord;
import modicum.ledger.Ledger;
import modicum.ledger.orders.OrderBook;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.Settlement;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the job creator before and after every single thing that it does to the world, starts it
 * again over the same state folder, and expects the same settlement, of the same one offer.
 */
class CrashSweepTest {
  private static final int MOST_ROUNDS = 40;
  private static final Map<String, String> RIGHT = Map.of("answer.txt", "42\n");
  private static final Map<String, String> WRONG = Map.of("answer.txt", "43\n");

  @TempDir Path folder;
  private int runs;

  /** The process was killed here. */
  private static final class Killed extends Error {
    Killed() {
      super("killed", null, false, false);
    }
  }

  /** Counts what the job creator does to the world, and kills it once. */
  private static final class Trap {
    private final int at;
    private final boolean after;
    private int count;

    Trap(int at, boolean after) {
      this.at = at;
      this.after = after;
    }

    <T> T on(Class<T> port, T real) {
      return port.cast(
          Proxy.newProxyInstance(
              port.getClassLoader(),
              new Class<?>[] {port},
              (proxy, method, arguments) -> {
                int number = count++;
                if (number == at && !after) {
                  throw new Killed();
                }
                try {
                  Object answer = method.invoke(real, arguments);
                  if (number == at && after) {
                    throw new Killed();
                  }
                  return answer;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }
  }

  private record Story(
      Map<String, String> output, int effects, Settlement settlement, ClosingReason reason) {}

  private Story tell(Map<String, String> output, Trap trap) throws Exception {
    SmallMarket market = new SmallMarket(Files.createDirectories(folder.resolve("" + runs++)));
    market.engine.otherwise(request -> ScriptedOutcome.completed(RIGHT, 100));
    MarketAccess access = trapped(market, trap);
    Optional<JobCreator> alice = Optional.empty();
    for (int round = 0; round < MOST_ROUNDS && !isOver(market); round++) {
      try {
        if (alice.isEmpty()) {
          alice = Optional.of(new JobCreator(access, market.stateFolder(), options(round)));
          begin(alice.get(), market);
        }
        alice.get().step();
      } catch (Killed killed) {
        // Death releases locks; nothing else of the old process is left.
        alice.ifPresent(JobCreator::close);
        alice = Optional.empty();
      }
      market.solverMatches();
      market.providerPosts(output, new Usage(100, 20));
      if (!market.chain.state().matches().isEmpty()
          && market.onlyMatch().state() instanceof MatchState.InMediation) {
        market.chain.advance(SmallMarket.MEDIATION_WINDOW + 1);
      }
    }
    alice.ifPresent(JobCreator::close);
    requireOneOfEverything(market);
    MatchState.Closed closed = market.closed().orElseThrow();
    return new Story(output, trap.count, closed.settlement(), closed.reason());
  }

  private static MarketAccess trapped(SmallMarket market, Trap trap) {
    MarketAccess real = market.access();
    Directory directory = trap.on(Directory.class, real.directory().apply(market.keeper.account()));
    Executor executor = trap.on(Executor.class, real.executor().get());
    ImageCatalog images = trap.on(ImageCatalog.class, real.images().get());
    return new MarketAccess(
        trap.on(Ledger.class, real.ledger()),
        real.directories(),
        address -> directory,
        real.mediators(),
        real.orderBooks().stream().map(book -> trap.on(OrderBook.class, book)).toList(),
        () -> executor,
        () -> images);
  }

  /** Each life draws other nonces, so that two offers for one job would be told apart. */
  private static JobCreator.Options options(int life) {
    return SmallMarket.options().drawingFrom(new Random(life));
  }

  private static void begin(JobCreator alice, SmallMarket market) throws Exception {
    List<JobRecord> known = alice.records().all();
    if (known.isEmpty()) {
      alice.submit(market.request(), PackagingProgress.NONE);
    } else {
      known.forEach(alice::follow);
    }
  }

  private static boolean isOver(SmallMarket market) throws IOException {
    try (var jobs = Files.walk(market.stateFolder())) {
      return jobs.anyMatch(file -> file.endsWith("end"));
    } catch (java.nio.file.NoSuchFileException notYet) {
      return false;
    }
  }

  private static void requireOneOfEverything(SmallMarket market) {
    assertThat(market.chain.state().matches()).hasSize(1);
    assertThat(market.book.jobOffers()).hasSize(1);
    assertThat(market.engine.starts().values()).containsExactly(1);
    assertThat(market.access().executor().get().runs()).isEmpty();
  }

  private void sweep(Map<String, String> output) throws Exception {
    Story calm = tell(output, new Trap(-1, false));
    assertThat(calm.effects()).isGreaterThan(30);
    for (int i = 0; i < calm.effects(); i++) {
      for (boolean after : new boolean[] {false, true}) {
        Story told = tell(output, new Trap(i, after));
        assertThat(told.settlement())
            .as("killed %s effect %d", after ? "after" : "before", i)
            .isEqualTo(calm.settlement());
        assertThat(told.reason()).isEqualTo(calm.reason());
      }
    }
  }

  @Test
  void anHonestProviderIsPaidTheSameWheneverTheJobCreatorIsKilled() throws Exception {
    sweep(RIGHT);
  }

  @Test
  void aWrongResultIsRejectedWheneverTheJobCreatorIsKilled() throws Exception {
    sweep(WRONG);
  }
}
