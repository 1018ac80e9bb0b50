package modicum.mediator;

import static modicum.mediator.TestMarket.LIMITS;
import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import modicum.executor.RunName;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.content.Manifest;
import modicum.protocol.job.Equality;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever a mediator is killed, the one that is started after it comes to the same verdict. */
class MediatorCrashTest {
  private static final ScriptedOutcome ANSWER =
      ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700);

  @TempDir Path folder;

  /** What one story comes to: verdict, evidence, money, how often each run was started. */
  private record End(
      MatchState state, AccountBalance mia, Map<RunName, Integer> starts, List<RunName> leftOvers) {
    Verdict verdict() {
      return ((MatchState.Closed) state).mediation().orElseThrow().verdict();
    }
  }

  /** A mediator that is started again whenever it is killed. */
  private static final class Phoenix {
    private final TestMarket market;
    private final Crashes crashes;
    private AgentLoop<MediatorAction> alive;
    private int deaths;

    Phoenix(TestMarket market, Crashes crashes) {
      this.market = market;
      this.crashes = crashes;
      rise();
    }

    private void rise() {
      alive = market.mediator(crashes.around(market.world()));
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

  private End play(String name, Crashes crashes, int deaths, Function<TestMarket, MatchId> story) {
    TestMarket market = new TestMarket(folder.resolve(name));
    market.engine.otherwise(request -> ANSWER);
    Phoenix mediator = new Phoenix(market, crashes);
    mediator.settles();
    MatchId match = story.apply(market);
    mediator.settles();
    market.chain.advance(1);
    mediator.settles();
    // Who is killed while cleaning up has to see again that a match is closed for a while.
    for (int i = 0; i < 2; i++) {
      market.chain.advance(TestMarket.GRACE);
      mediator.settles();
    }
    assertThat(mediator.deaths).as("deaths of %s", name).isEqualTo(deaths);
    assertThat(folder.resolve(name).resolve("mia/claims"))
        .satisfiesAnyOf(
            claims -> assertThat(claims).doesNotExist(),
            claims -> assertThat(claims).isEmptyDirectory());
    return new End(
        market.seen(match).state(),
        market.chain.state().balance(market.mia.account()),
        market.engine.starts(),
        market.world().executor().runs());
  }

  private void survives(Verdict verdict, Function<TestMarket, MatchId> story) {
    Crashes none = Crashes.never();
    End undisturbed = play("undisturbed", none, 0, story);
    assertThat(undisturbed.verdict()).isEqualTo(verdict);
    assertThat(undisturbed.leftOvers()).isEmpty();
    assertThat(none.done()).isGreaterThan(4);
    for (int call = 0; call < none.done(); call++) {
      for (boolean after : List.of(false, true)) {
        String name = (after ? "after-" : "before-") + call;
        End end = play(name, Crashes.at(call, after), 1, story);
        assertThat(end).as("killed %s", name).isEqualTo(undisturbed);
        assertThat(end.starts().values()).allMatch(n -> n == 1);
      }
    }
  }

  @Test
  void whileItFindsAResultCorrect() {
    survives(Verdict.CORRECT_RESULTS, market -> market.disputed(RejectReason.RESULT_NOT_FOUND));
  }

  @Test
  void whileItFindsAResultWrong() {
    survives(
        Verdict.WRONG_RESULTS,
        market -> {
          MatchId match = market.match();
          Manifest forged = market.putOutput(match, "41\n");
          market.post(match, ResultStatus.COMPLETED, forged, new Usage(700, 99));
          market.reject(match, RejectReason.WRONG_RESULTS);
          return match;
        });
  }

  @Test
  void whileItAsksAComparator() {
    survives(
        Verdict.CORRECT_RESULTS,
        market -> {
          JobSpec job = market.putJob(new Equality.Comparator(market.putImage("a comparator")));
          MatchId match = market.match(job, LIMITS);
          market.bobsRuns(r -> ScriptedOutcome.completed(Map.of("out.txt", "42 \n"), 700));
          market.serve(match);
          market.reject(match, RejectReason.WRONG_RESULTS);
          return match;
        });
  }

  @Test
  void whileItAsksForTheDirectorysRecord() {
    survives(
        Verdict.DIRECTORY_UNAVAILABLE,
        market -> {
          MatchId match = market.match();
          market.store.goDown();
          market.chain.advance(10);
          market.store.comeUp();
          market.post(match, ResultStatus.DIRECTORY_UNAVAILABLE);
          market.reject(match, RejectReason.INVALID_RESULT_STATUS);
          return match;
        });
  }

  @Test
  void whileItLooksForWhatIsNotThere() {
    survives(
        Verdict.RESULT_NOT_FOUND,
        market -> {
          MatchId match = market.match();
          market.serve(match);
          Manifest output = market.putOutput(match, "42\n");
          market.store.spoil(
              market.bob.account(), output.entries().getFirst().content().orElseThrow().sha256());
          market.reject(match, RejectReason.RESULT_NOT_FOUND);
          return match;
        });
  }

  /** A job that is different each time stays as different as it was: its runs are found again. */
  @Test
  void whileItFindsOutThatAJobIsNotDeterministic() {
    survives(
        Verdict.NON_DETERMINISTIC_JOB,
        market -> {
          market.engine.otherwise(
              request ->
                  ScriptedOutcome.completed(
                      Map.of("out.txt", "throw " + market.engine.starts().size()), 700));
          return market.disputed(RejectReason.WRONG_RESULTS);
        });
  }

  @Test
  void theStartsOfAnUndisturbedMediationAreItsRunsAndNothingElse() {
    End end =
        play("one", Crashes.never(), 0, market -> market.disputed(RejectReason.WRONG_RESULTS));

    assertThat(end.starts().keySet().stream().map(RunName::attempt))
        .containsExactlyInAnyOrder(0, 1);
  }
}
