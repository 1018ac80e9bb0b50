package modicum.provider;

import static modicum.provider.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.offer.OfferHash;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wherever a provider is killed, the one that is started after it comes to the same settlement. */
class ProviderCrashTest {
  @TempDir Path folder;

  /** What one story comes to. */
  private record End(
      List<MatchState> states,
      AccountBalance bob,
      Set<OfferHash> postedOffers,
      List<Integer> starts,
      int leftOvers) {}

  /** A provider that is started again whenever it is killed. */
  private static final class Phoenix {
    private final TestMarket market;
    private final Crashes crashes;
    private final ProviderConfig config;
    private AgentLoop<ProviderAction> alive;
    private int deaths;

    Phoenix(TestMarket market, Crashes crashes, ProviderConfig config) {
      this.market = market;
      this.crashes = crashes;
      this.config = config;
      rise();
    }

    private void rise() {
      alive = market.provider(config, crashes.around(market.world()));
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

  private End play(String name, int slots, boolean onChain, Crashes crashes, int deaths) {
    TestMarket market = new TestMarket(folder.resolve(name));
    market.engine.holdRuns();
    Phoenix provider = new Phoenix(market, crashes, market.config(slots, 1_000_000, onChain, null));
    provider.settles();
    List<MatchId> matches = new ArrayList<>();
    for (int job = 0; job < slots; job++) {
      matches.add(onChain ? market.matchPosted() : market.match());
    }
    provider.settles();
    market.engine.finishAll();
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
        matches.stream().map(match -> market.seen(match).state()).toList(),
        market.chain.state().balance(market.bob.account()),
        Set.copyOf(market.chain.state().postedResourceOffers().keySet()),
        new ArrayList<>(market.engine.starts().values()),
        market.world().executor().runs().size());
  }

  /** With two slots what is due at once goes in one transaction, around which it may be killed. */
  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "1, true", "2, true"})
  void settlesTheSameWhereverItIsKilledAndRunsNothingTwice(int slots, boolean onChain) {
    Crashes none = Crashes.never();
    End undisturbed = play("undisturbed", slots, onChain, none, 0);
    assertThat(undisturbed.states()).hasSize(slots).hasOnlyElementsOfType(MatchState.Closed.class);
    assertThat(undisturbed.starts()).hasSize(slots).containsOnly(1);
    assertThat(undisturbed.leftOvers()).isZero();
    assertThat(none.done()).isGreaterThan(12);
    for (int effect = 0; effect < none.done(); effect++) {
      for (boolean after : List.of(false, true)) {
        String name = (after ? "after-" : "before-") + effect;
        End end = play(name, slots, onChain, Crashes.at(effect, after), 1);
        assertThat(end).as("killed %s", name).isEqualTo(undisturbed);
      }
    }
  }
}
