package modicum.ledger.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import modicum.ledger.Head;
import modicum.ledger.Ledger;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.memory.InMemoryChain;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketState;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agent of these tests deposits until it has what it wants. */
@Timeout(60)
class AgentLoopTest {
  private static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, 600, 900, 1000, MarketParameters.BURNT);
  private static final AgentLoop.Options FAST =
      AgentLoop.Options.polling(Duration.ofMillis(5))
          .withRetries(Duration.ofMillis(1), Duration.ofMillis(4));

  private record TopUp(long amount) {}

  private interface Performance {
    void perform(TopUp action) throws InterruptedException;
  }

  private final InMemoryChain chain = new InMemoryChain(PARAMETERS, 1_800_000_000L);
  private final Ledger alice = chain.ledger("alice");
  private final List<AutoCloseable> loops = new ArrayList<>();

  AgentLoopTest() {
    chain.give(alice.account(), Wei.of(1_000_000));
  }

  @AfterEach
  void closesLoops() throws Exception {
    for (AutoCloseable loop : loops) {
      loop.close();
    }
  }

  @Test
  void aStepPollsDecidesAndPerformsInTheCallingThread() throws Exception {
    List<Thread> threads = new ArrayList<>();
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            this::oneTopUp,
            action -> {
              threads.add(Thread.currentThread());
              deposit(action);
            });
    assertThat(loop.step()).containsExactly(new TopUp(10));
    assertThat(loop.step()).isEmpty();
    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(loop.health()).isEqualTo(new AgentHealth.Idle());
  }

  @Test
  void whatAnActionThrowsComesThroughAStep() {
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            this::oneTopUp,
            action -> {
              throw new IllegalStateException("crash");
            });
    assertThatThrownBy(loop::step).hasMessage("crash");
  }

  @Test
  void anActionInFlightIsNotPerformedAgainThoughItIsDecidedAgain() throws Exception {
    Semaphore mayFinish = new Semaphore(0);
    AtomicInteger performed = new AtomicInteger();
    CountDownLatch decidedOften = new CountDownLatch(20);
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            state -> {
              decidedOften.countDown();
              return oneTopUp(state);
            },
            action -> {
              performed.incrementAndGet();
              mayFinish.acquire();
              deposit(action);
            });
    loop.start();
    decidedOften.await();
    assertThat(performed).hasValue(1);
    assertThat(loop.health()).isEqualTo(new AgentHealth.Running());

    mayFinish.release();
    awaitBalance(10);
    awaitRounds(loop);
    assertThat(performed).hasValue(1);
  }

  @Test
  void aFinishedActionIsNotRepeatedBeforeItsBlockIsConfirmed() throws Exception {
    AtomicInteger performed = new AtomicInteger();
    BlockingQueue<Integer> rounds = new LinkedBlockingQueue<>();
    Agent<TopUp> agent =
        agent(
            state -> {
              rounds.add(1);
              return oneTopUp(state);
            },
            action -> {
              performed.incrementAndGet();
              deposit(action);
            });
    AgentLoop<TopUp> loop =
        started(
            new AgentLoop<>(
                agent, new LedgerFollower(alice, new LedgerFollower.Options(100, 3)), FAST));
    awaitBalance(10);
    take(rounds, 20);
    assertThat(performed).hasValue(1);

    for (int i = 0; i < 4; i++) {
      chain.advance(1);
    }
    take(rounds, 20);
    assertThat(performed).hasValue(1);
    assertThat(loop.health()).isEqualTo(new AgentHealth.Running());
  }

  @Test
  void anUnavailableActionIsTriedAgainUntilItIsDone() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            this::oneTopUp,
            action -> {
              if (tries.incrementAndGet() < 5) {
                throw new LedgerUnavailable("no answer");
              }
              deposit(action);
            });
    loop.start();
    awaitBalance(10);
    assertThat(tries).hasValue(5);
    awaitHealth(loop, new AgentHealth.Running());
  }

  @Test
  void aFullDiskIsWaitedForAndNoBug() throws Exception {
    AtomicInteger rounds = new AtomicInteger();
    AtomicInteger tries = new AtomicInteger();
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            state -> {
              if (rounds.incrementAndGet() < 3) {
                throw fullDisk();
              }
              return oneTopUp(state);
            },
            action -> {
              if (tries.incrementAndGet() < 3) {
                throw fullDisk();
              }
              deposit(action);
            });
    loop.start();
    awaitBalance(10);
    assertThat(tries).hasValue(3);
    awaitHealth(loop, new AgentHealth.Running());
  }

  private static UncheckedIOException fullDisk() {
    return new UncheckedIOException(new IOException("No space left on device"));
  }

  @Test
  void anOutageIsShownWithItsReasonUntilItIsOver() throws Exception {
    AgentLoop<TopUp> loop = loop(FAST, this::oneTopUp, this::deposit);
    chain.setUnavailable(true);
    loop.start();
    while (!(loop.health() instanceof AgentHealth.Unavailable shown)) {
      Thread.onSpinWait();
    }
    assertThat(shown(loop).why()).contains("told to be unavailable");
    chain.setUnavailable(false);
    awaitBalance(10);
    awaitHealth(loop, new AgentHealth.Running());
  }

  @Test
  void anActionNoLongerWantedIsNotTriedAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            state -> tries.get() == 0 ? List.of(new TopUp(10)) : List.of(),
            action -> {
              tries.incrementAndGet();
              throw new LedgerUnavailable("no answer");
            });
    loop.start();
    awaitRounds(loop);
    awaitHealth(loop, new AgentHealth.Running());
    assertThat(tries).hasValue(1);
  }

  @Test
  void aBugInAnActionStopsTheAgentLoudly() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    CompletableFuture<AgentHealth> told = new CompletableFuture<>();
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            this::oneTopUp,
            action -> {
              throw bug;
            });
    loop.onStop(told::complete);
    loop.start();
    assertThat(told.get()).isEqualTo(new AgentHealth.Stopped(bug));
    assertThat(loop.awaitEnd()).isEqualTo(new AgentHealth.Stopped(bug));
  }

  @Test
  void aBugInADecisionStopsTheAgentLoudly() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            state -> {
              throw bug;
            },
            this::deposit);
    loop.start();
    assertThat(loop.awaitEnd()).isEqualTo(new AgentHealth.Stopped(bug));
  }

  @Test
  void noMoreActionsAreInFlightThanAllowed() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(12);
    AgentLoop<TopUp> loop =
        loop(
            FAST.withMaxInFlight(3),
            state -> {
              List<TopUp> all = new ArrayList<>();
              for (int i = 1; i <= 12; i++) {
                all.add(new TopUp(i));
              }
              return all;
            },
            action -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Thread.sleep(2);
              running.decrementAndGet();
              done.countDown();
            });
    loop.start();
    done.await();
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void closingInterruptsWhatIsInFlightAndWaitsForIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    AgentLoop<TopUp> loop =
        loop(
            FAST,
            this::oneTopUp,
            action -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.complete(true);
                throw e;
              }
            });
    loop.start();
    begun.await();
    loop.close();
    assertThat(interrupted).isCompletedWithValue(true);
    assertThat(loop.awaitEnd()).isEqualTo(new AgentHealth.Idle());
  }

  @Test
  void listenersHearOfEachEventOnce() throws Exception {
    BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
    AgentLoop<TopUp> loop = loop(FAST, this::oneTopUp, this::deposit);
    loop.onEvents(events -> heard.add(events.size()));
    loop.start();
    assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(1);
    awaitRounds(loop);
    assertThat(heard).isEmpty();
  }

  @Test
  void waitsTwiceAsLongAfterEachFailureUpToABoundAndNeverExactly() {
    Backoff backoff =
        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), new java.util.Random(1));
    for (int failures = 1; failures < 200; failures++) {
      long longest = Math.min(60_000, 1000L << Math.min(failures - 1, 20));
      assertThat(backoff.after(failures).toMillis()).isBetween(longest / 2, longest);
    }
  }

  // ------------------------------------------------------------------ the agent

  private List<TopUp> oneTopUp(MarketState state) {
    boolean poor = state.balance(alice.account()).free().isZero();
    return poor ? List.of(new TopUp(10)) : List.of();
  }

  private void deposit(TopUp action) {
    alice.submit(new Command.Deposit(alice.account(), Wei.of(action.amount())));
  }

  private AgentLoop<TopUp> loop(
      AgentLoop.Options options,
      java.util.function.Function<MarketState, List<TopUp>> decision,
      Performance performance) {
    AgentLoop<TopUp> loop =
        new AgentLoop<>(
            agent(decision, performance),
            new LedgerFollower(alice, LedgerFollower.Options.DEFAULT),
            options);
    loops.add(loop);
    return loop;
  }

  private AgentLoop<TopUp> started(AgentLoop<TopUp> loop) {
    loops.add(loop);
    loop.start();
    return loop;
  }

  private static Agent<TopUp> agent(
      java.util.function.Function<MarketState, List<TopUp>> decision, Performance performance) {
    return new Agent<>() {
      @Override
      public String name() {
        return "saver";
      }

      @Override
      public List<TopUp> decide(MarketState state, Head head) {
        return decision.apply(state);
      }

      @Override
      public void perform(TopUp action) throws InterruptedException {
        performance.perform(action);
      }
    };
  }

  // -------------------------------------------------------------------- waiting

  private void awaitBalance(long amount) throws InterruptedException {
    await(() -> chain.state().balance(alice.account()).free().equals(Wei.of(amount)));
  }

  private static void awaitHealth(AgentLoop<?> loop, AgentHealth health)
      throws InterruptedException {
    await(() -> loop.health().equals(health));
  }

  /** Long enough for many rounds; whether there were some decides no test. */
  private static void awaitRounds(AgentLoop<?> loop) throws InterruptedException {
    Thread.sleep(100);
  }

  private static void take(BlockingQueue<Integer> rounds, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      rounds.take();
    }
  }

  private static void await(Supplier<Boolean> condition) throws InterruptedException {
    while (!condition.get()) {
      Thread.sleep(1);
    }
  }

  private static AgentHealth.Unavailable shown(AgentLoop<?> loop) {
    return (AgentHealth.Unavailable) loop.health();
  }
}
