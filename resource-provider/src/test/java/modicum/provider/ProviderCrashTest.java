package modicum.provider;

import static modicum.provider.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.AccountBalance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever a provider is killed, the one that is started after it comes to the same settlement. */
class ProviderCrashTest {
  @TempDir Path folder;

  /** What one story comes to. */
  private record End(MatchState state, AccountBalance bob, List<Integer> starts, int leftOvers) {}

  /** A provider that is started again whenever it is killed. */
  private static final class Phoenix {
    private final TestMarket market;
    private final Crashes crashes;
    private AgentLoop<ProviderAction> alive;
    private int deaths;

    Phoenix(TestMarket market, Crashes crashes) {
      this.market = market;
      this.crashes = crashes;
      rise();
    }

    private void rise() {
      alive = market.provider(market.config(1), crashes.around(market.world()));
    }

    void settles() {
      while (true) {
        try {
          settle(alive);
          return;
        } catch (Crashes.Killed e) {
          deaths++;
          rise();
        }
      }
    }
  }

  private End play(String name, Crashes crashes, int deaths) {
    TestMarket market = new TestMarket(folder.resolve(name));
    Phoenix provider = new Phoenix(market, crashes);
    provider.settles();
    MatchId match = market.match();
    provider.settles();
    market.chain.advance(TestMarket.REACTION + 1);
    provider.settles();
    // A provider that is killed while it waits to clean up waits again from the beginning.
    market.chain.advance(20);
    provider.settles();
    market.chain.advance(20);
    provider.settles();
    assertThat(provider.deaths).isEqualTo(deaths);
    return new End(
        market.seen(match).state(),
        market.chain.state().balance(market.bob.account()),
        new ArrayList<>(market.engine.starts().values()),
        market.world().executor().runs().size());
  }

  @Test
  void settlesTheSameWhereverItIsKilledAndRunsNothingTwice() {
    Crashes none = Crashes.never();
    End undisturbed = play("undisturbed", none, 0);
    assertThat(undisturbed.state()).isInstanceOf(MatchState.Closed.class);
    assertThat(undisturbed.starts()).containsExactly(1);
    assertThat(undisturbed.leftOvers()).isZero();
    assertThat(none.done()).isGreaterThan(12);
    for (int effect = 0; effect < none.done(); effect++) {
      for (boolean after : List.of(false, true)) {
        String name = (after ? "after-" : "before-") + effect;
        End end = play(name, Crashes.at(effect, after), 1);
        assertThat(end).as("killed %s", name).isEqualTo(undisturbed);
      }
    }
  }
}
