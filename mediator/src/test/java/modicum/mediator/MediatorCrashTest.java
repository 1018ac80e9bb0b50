package modicum.mediator;

import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever a mediator is killed, the one that is started after it comes to the same verdict. */
class MediatorCrashTest {
  @TempDir Path folder;

  /** What one story comes to. */
  private record End(MatchState state, int runs, boolean anyTwice, int leftOvers) {}

  private static int settleAndRise(TestMarket market, Crashes crashes) {
    AgentLoop<MediatorAction> alive = market.mediator(crashes.around(market.world()));
    int deaths = 0;
    while (true) {
      try {
        settle(alive);
        return deaths;
      } catch (Crashes.Killed e) {
        deaths++;
        alive = market.mediator(crashes.around(market.world()));
      }
    }
  }

  private End play(String name, Crashes crashes, int expectedDeaths) {
    TestMarket market = new TestMarket(folder.resolve(name));
    market.engine.otherwise(
        request ->
            ScriptedOutcome.completed(
                Map.of("out.txt", request.job().command().isEmpty() ? "" : "42"), 100));
    int deaths = settleAndRise(market, crashes);
    JobSpec job = market.putJobWithComparator();
    MatchId match = market.match(market.offer(job.digest().sha256(), TestMarket.LIMITS));
    market.post(match, Map.of("out.txt", "43"), new Usage(200, 2000));
    market.reject(match, RejectReason.RESULT_NOT_FOUND);
    deaths += settleAndRise(market, crashes);
    for (int i = 0; i < 2; i++) {
      AgentLoop<MediatorAction> last = market.mediator(crashes.around(market.world()));
      deaths += settling(last);
      market.chain.advance(20);
      deaths += settling(last);
    }
    assertThat(deaths).isEqualTo(expectedDeaths);
    return new End(
        market.seen(match).state(),
        market.engine.starts().size(),
        market.engine.starts().values().stream().anyMatch(n -> n > 1),
        market.world().executor().runs().size());
  }

  private static int settling(AgentLoop<MediatorAction> mediator) {
    try {
      settle(mediator);
      return 0;
    } catch (Crashes.Killed e) {
      return 1;
    }
  }

  @Test
  void reachesTheSameVerdictWhereverItIsKilledAndRunsNothingTwice() {
    Crashes none = Crashes.never();
    End undisturbed = play("undisturbed", none, 0);
    assertThat(undisturbed.state()).isInstanceOf(MatchState.Closed.class);
    assertThat(undisturbed.runs()).isEqualTo(3);
    assertThat(undisturbed.anyTwice()).isFalse();
    assertThat(undisturbed.leftOvers()).isZero();
    for (int effect = 0; effect < none.done(); effect++) {
      for (boolean after : List.of(false, true)) {
        String name = (after ? "after-" : "before-") + effect;
        assertThat(play(name, Crashes.at(effect, after), 1))
            .as("killed %s", name)
            .isEqualTo(undisturbed);
      }
    }
  }
}
