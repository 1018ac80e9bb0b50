package modicum.ledger.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import modicum.ledger.Head;
import modicum.ledger.LedgerFollower;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.memory.InMemoryChain;
import modicum.protocol.market.MarketState;
import modicum.protocol.money.MarketParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agent of these tests decides the same numbers again and again; even ones go together. */
@Timeout(60)
class SharedTransactionsTest {
  private static final AgentLoop.Options FAST =
      AgentLoop.Options.polling(Duration.ofMillis(5))
          .withRetries(Duration.ofMillis(1), Duration.ofMillis(4));

  private final InMemoryChain chain =
      new InMemoryChain(
          new MarketParameters(3, 2, 600, 900, 1000, MarketParameters.BURNT), 1_800_000_000L);
  private final BlockingQueue<List<Integer>> performed = new LinkedBlockingQueue<>();
  private List<Integer> decision = List.of();
  private int outages;

  private class Counter implements Agent<Integer> {
    @Override
    public String name() {
      return "counter";
    }

    @Override
    public List<Integer> decide(MarketState state, Head head) {
      return decision;
    }

    @Override
    public void perform(Integer action) {
      performed.add(List.of(action));
    }

    @Override
    public boolean sharesTransaction(Integer action) {
      return action % 2 == 0;
    }

    @Override
    public void performTogether(List<Integer> actions) {
      performed.add(actions);
      if (outages-- > 0) {
        throw new LedgerUnavailable("no answer");
      }
    }
  }

  private AgentLoop<Integer> loop() {
    return new AgentLoop<>(
        new Counter(),
        new LedgerFollower(chain.ledger("alice"), LedgerFollower.Options.DEFAULT),
        FAST);
  }

  private List<Integer> next() throws InterruptedException {
    List<Integer> next = performed.poll(30, TimeUnit.SECONDS);
    assertThat(next).as("something was performed").isNotNull();
    return next;
  }

  @Test
  void whatSharesATransactionAndIsDecidedAtOnceIsPerformedTogether() throws Exception {
    decision = List.of(1, 2, 3, 4, 6);
    loop().step();
    assertThat(performed).containsExactly(List.of(1), List.of(2, 4, 6), List.of(3));
  }

  @Test
  void oneAloneIsPerformedAsEver() throws Exception {
    decision = List.of(1, 2, 3);
    loop().step();
    assertThat(performed).containsExactly(List.of(1), List.of(2), List.of(3));
  }

  @Test
  void aTransactionIsSharedByABoundedNumber() throws Exception {
    decision = IntStream.range(0, 45).map(i -> 2 * i).boxed().toList();
    loop().step();
    assertThat(performed).extracting(List::size).containsExactly(20, 20, 5);
  }

  @Test
  void aRunningLoopPerformsThemTogetherToo() throws Exception {
    decision = List.of(2, 4, 2);
    try (AgentLoop<Integer> loop = loop()) {
      loop.start();
      assertThat(next()).containsExactly(2, 4);
    }
  }

  @Test
  void thoseThatSomethingUnavailableCutShortAreTriedAgainTogether() throws Exception {
    decision = List.of(2, 4);
    try (AgentLoop<Integer> loop = loop()) {
      outages = Integer.MAX_VALUE;
      loop.start();
      assertThat(next()).containsExactly(2, 4);
      assertThat(next()).containsExactly(2, 4);
      assertThat(next()).containsExactly(2, 4);
    }
  }

  @Test
  void aBugInOneStopsTheAgentLoudly() throws Exception {
    decision = List.of(2, 4);
    IllegalStateException bug = new IllegalStateException("bug");
    Counter broken =
        new Counter() {
          @Override
          public void performTogether(List<Integer> actions) {
            throw bug;
          }
        };
    try (AgentLoop<Integer> loop =
        new AgentLoop<>(
            broken,
            new LedgerFollower(chain.ledger("alice"), LedgerFollower.Options.DEFAULT),
            FAST)) {
      loop.start();
      assertThat(loop.awaitEnd()).isEqualTo(new AgentHealth.Stopped(bug));
    }
  }
}
