package modicum.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import modicum.ledger.memory.InMemoryChain;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Wei;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerFollowerTest {
  private static final MarketParameters PARAMETERS =
      new MarketParameters(3, 2, 600, 900, 1000, MarketParameters.BURNT);

  private final InMemoryChain chain = new InMemoryChain(PARAMETERS, 1_800_000_000L);
  private final Ledger alice = chain.ledger("alice");

  @BeforeEach
  void aliceHasMoney() {
    chain.give(alice.account(), Wei.of(1_000_000));
  }

  @Test
  void handsOverEachEventOnceAndInOrder() {
    LedgerFollower follower = follower(2000, 0);
    deposit(1);
    deposit(2);
    assertThat(amounts(follower.poll())).containsExactly(1L, 2L);
    deposit(3);
    assertThat(amounts(follower.poll())).containsExactly(3L);
    assertThat(follower.poll()).isEmpty();
    assertThat(balance(follower)).isEqualTo(6);
  }

  @Test
  void readsNoMoreBlocksAtOnceThanItsChunk() {
    List<Long> ranges = new ArrayList<>();
    EventSource counting =
        new Spoilt(alice) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            ranges.add(to - from + 1);
            return super.events(from, to);
          }
        };
    for (int i = 1; i <= 10; i++) {
      deposit(i);
    }
    LedgerFollower follower =
        new LedgerFollower(counting, PARAMETERS, new LedgerFollower.Options(4, 0));
    assertThat(amounts(follower.poll())).hasSize(10).isSorted();
    assertThat(ranges).containsExactly(4L, 4L, 3L);
  }

  @Test
  void waitsForConfirmationsButTellsTheTimeOfTheNewestBlock() {
    LedgerFollower follower = follower(2000, 2);
    deposit(1);
    chain.advance(100);
    assertThat(follower.poll()).isEmpty();
    assertThat(follower.head()).isEqualTo(alice.head());
    chain.advance(100);
    assertThat(amounts(follower.poll())).containsExactly(1L);
    assertThat(follower.cursor()).contains(alice.block(1));
  }

  @Test
  void keepsItsStateThroughAnOutageAndGoesOnAfterIt() {
    LedgerFollower follower = follower(2000, 0);
    deposit(1);
    follower.poll();
    chain.setUnavailable(true);
    assertThatThrownBy(follower::poll).isInstanceOf(LedgerUnavailable.class);
    assertThat(balance(follower)).isEqualTo(1);
    chain.setUnavailable(false);
    deposit(2);
    assertThat(amounts(follower.poll())).containsExactly(2L);
  }

  @Test
  void anOutageHalfWayLosesNoEventForTheListeners() {
    int[] answers = {2};
    EventSource failing =
        new Spoilt(alice) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            if (answers[0]-- == 0) {
              throw new LedgerUnavailable("gone");
            }
            return super.events(from, to);
          }
        };
    LedgerFollower follower =
        new LedgerFollower(failing, PARAMETERS, new LedgerFollower.Options(2, 0));
    for (int i = 1; i <= 7; i++) {
      deposit(i);
    }
    assertThatThrownBy(follower::poll).hasMessage("gone");
    assertThat(amounts(follower.poll())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(balance(follower)).isEqualTo(28);
  }

  @Test
  void foldsAgainWhenTheChainWasReorganisedBelowItsCursor() {
    LedgerFollower follower = follower(2, 0);
    deposit(1);
    follower.poll();
    deposit(2);
    deposit(4);
    follower.poll();
    assertThat(balance(follower)).isEqualTo(7);

    chain.dropBlocks(2);
    deposit(8);
    deposit(16);

    assertThat(amounts(follower.poll())).containsExactly(8L, 16L);
    assertThat(balance(follower)).isEqualTo(25);
    assertThat(follower.cursor()).contains(alice.head());
  }

  @Test
  void aReorganisationThatKeepsTheCommandsKeepsTheState() {
    LedgerFollower follower = follower(2000, 0);
    deposit(1);
    deposit(2);
    follower.poll();
    var before = follower.state().summary();
    chain.reorganise(2);
    follower.poll();
    assertThat(follower.state().summary()).isEqualTo(before);
    assertThat(follower.cursor()).contains(alice.head());
  }

  @Test
  void aNodeThatLiesBehindHasNothingToSay() {
    LedgerFollower follower = follower(2000, 0);
    deposit(1);
    deposit(2);
    follower.poll();
    Head before = follower.head();
    chain.dropBlocks(1);
    assertThat(follower.poll()).isEmpty();
    assertThat(balance(follower)).isEqualTo(3);
    assertThat(follower.head()).isEqualTo(before);
  }

  @Test
  void aReorganisationWhileReadingIsNoticedAndReadAgain() {
    boolean[] once = {true};
    EventSource moving =
        new Spoilt(alice) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            List<RecordedEvent> events = super.events(from, to);
            if (once[0]) {
              once[0] = false;
              chain.dropBlocks(1);
              deposit(50);
            }
            return events;
          }
        };
    deposit(1);
    LedgerFollower follower =
        new LedgerFollower(moving, PARAMETERS, LedgerFollower.Options.DEFAULT);
    assertThatThrownBy(follower::poll).isInstanceOf(LedgerUnavailable.class);
    assertThat(amounts(follower.poll())).containsExactly(50L);
    assertThat(balance(follower)).isEqualTo(50);
  }

  @Test
  void anEventThatCannotHaveHappenedIsTheNodesFaultAndIsReadAgain() {
    boolean[] lying = {true};
    EventSource broken =
        new Spoilt(alice) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            List<RecordedEvent> events = new ArrayList<>(super.events(from, to));
            if (lying[0]) {
              MarketEvent invented = new MarketEvent.Withdrawn(alice.account(), Wei.of(1000));
              events.add(new RecordedEvent(to, 99, Bytes32.ZERO, invented));
            }
            return events;
          }
        };
    deposit(1);
    LedgerFollower follower =
        new LedgerFollower(broken, PARAMETERS, LedgerFollower.Options.DEFAULT);
    assertThatThrownBy(follower::poll)
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("contradict");
    lying[0] = false;
    assertThat(amounts(follower.poll())).containsExactly(1L);
    assertThat(balance(follower)).isEqualTo(1);
  }

  private LedgerFollower follower(int chunk, int confirmations) {
    return new LedgerFollower(alice, new LedgerFollower.Options(chunk, confirmations));
  }

  private void deposit(long amount) {
    assertThat(alice.submit(new Command.Deposit(alice.account(), Wei.of(amount))))
        .isInstanceOf(Submission.Accepted.class);
  }

  private long balance(LedgerFollower follower) {
    Address account = alice.account();
    return follower.state().balance(account).free().value().longValueExact();
  }

  private static List<Long> amounts(List<RecordedEvent> events) {
    return events.stream()
        .map(e -> ((MarketEvent.Deposited) e.event()).amount().value().longValueExact())
        .toList();
  }

  /** A source that a test spoils in one place. */
  private static class Spoilt implements EventSource {
    private final EventSource sound;

    Spoilt(EventSource sound) {
      this.sound = sound;
    }

    @Override
    public Head head() {
      return sound.head();
    }

    @Override
    public Head block(long number) {
      return sound.block(number);
    }

    @Override
    public long deploymentBlock() {
      return sound.deploymentBlock();
    }

    @Override
    public List<RecordedEvent> events(long from, long to) {
      return sound.events(from, to);
    }
  }
}
