package modicum.mediator;

import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import modicum.directory.Directory;
import modicum.directory.DirectoryUnavailable;
import modicum.executor.EngineUnavailable;
import modicum.executor.RunName;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.identity.Address;
import modicum.protocol.market.Command;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What does not answer, comes too late, or is taken away meanwhile. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MediatorTroubleTest {
  private static final ScriptedOutcome ANSWER =
      ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700);

  @TempDir Path folder;
  private TestMarket market;
  private AgentLoop<MediatorAction> mediator;

  @BeforeEach
  void aMediatorThatIsReady() {
    market = new TestMarket(folder);
    market.engine.otherwise(request -> ANSWER);
    mediator = market.mediator(market.world());
    settle(mediator);
  }

  private MediatorWorld with(Function<Address, Directory> directories) {
    MediatorWorld world = market.world();
    return new MediatorWorld(
        world.ledger(), directories, world.uptimes(), world.executor(), world.clock());
  }

  // ------------------------------------------------------- without a door

  private AgentLoop<MediatorAction> withoutDoor() {
    return market.mediator(
        with(
            address -> {
              throw new DirectoryUnavailable("nobody says where directory " + address + " is");
            }));
  }

  @Test
  void aDirectoryToWhichItHasNoDoorIsNotFoundGuiltyOfThat() throws Exception {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    AgentLoop<MediatorAction> lost = withoutDoor();
    assertThatThrownBy(lost::step).isInstanceOf(NoDoor.class).hasMessageContaining("nobody says");

    market.chain.advance(TestMarket.MEDIATION);
    assertThatThrownBy(lost::step).isInstanceOf(NoDoor.class);

    market.chain.advance(1);
    assertThat(lost.step()).isEmpty();
    TestMarket.must(market.alice, new Command.CloseMediationOverdue(market.alice.account(), match));
    assertThat(market.closed(match).reason()).isEqualTo(ClosingReason.MEDIATION_OVERDUE);
  }

  @Test
  void whatNeedsNoDirectoryIsJudgedWithoutADoor() {
    MatchId match = market.match();
    market.post(match, ResultStatus.DECLINED);
    market.reject(match, RejectReason.WRONG_RESULTS);
    AgentLoop<MediatorAction> lost = withoutDoor();
    assertThatThrownBy(lost::step).isInstanceOf(NoDoor.class);

    market.chain.advance(TestMarket.PATIENCE);
    settle(lost);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void tellsItsOperatorOnceHoweverOftenItTries() {
    Logger logger = (Logger) LoggerFactory.getLogger("modicum.mediator");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(lines);
    lines.start();
    try {
      market.disputed(RejectReason.WRONG_RESULTS);
      AgentLoop<MediatorAction> lost = withoutDoor();
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(lost::step).isInstanceOf(NoDoor.class);
      }
    } finally {
      logger.detachAppender(lines);
      logger.setAdditive(true);
      logger.setLevel(before);
    }
    assertThat(lines.list).hasSize(1);
  }

  // -------------------------------------------------------------- hanging up

  @Test
  void aDirectoryIsNotBlamedWhenItIsUsWhoHangUp() throws Exception {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.chain.advance(TestMarket.PATIENCE);
    AgentLoop<MediatorAction> closing =
        market.mediator(
            with(
                address -> {
                  market.store.goDown();
                  Thread.currentThread().interrupt();
                  return market.ofMia();
                }));
    assertThatThrownBy(closing::step)
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("is down");
    market.store.comeUp();

    settle(market.mediator(market.world()));

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aVerdictIsNotPostedWithoutItsEvidenceBecauseWeHangUp() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.chain.advance(TestMarket.PATIENCE);
    AtomicInteger doors = new AtomicInteger();
    AgentLoop<MediatorAction> closing =
        market.mediator(
            with(
                address -> {
                  // The first is for the job, the second for the evidence.
                  if (doors.incrementAndGet() == 2) {
                    market.store.goDown();
                    Thread.currentThread().interrupt();
                  }
                  return market.ofMia();
                }));
    assertThatThrownBy(closing::step).isInstanceOf(InterruptedException.class);
    assertThat(doors).hasValue(2);
    assertThat(market.seen(match).isOpen()).isTrue();
    market.store.comeUp();

    settle(market.mediator(market.world()));

    assertThat(market.evidence(match)).contains("CORRECT_RESULTS");
  }

  /** A run may take longer than a mediation: its match is closed over it. */
  @Test
  void aHearingIsCalledOffBeforeItsRunsAreRemoved() throws Exception {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.engine.holdRuns();
    MediatorAgent agent = new MediatorAgent(market.config(), market.world(), MediatorMeter.NONE);
    FutureTask<Void> hearing =
        new FutureTask<>(
            () -> {
              agent.perform(new MediatorAction.Mediate(market.seen(match)));
              return null;
            });
    Thread.ofVirtual().start(hearing);
    while (market.engine.starts().isEmpty()) {
      Thread.sleep(1);
    }

    agent.perform(new MediatorAction.CleanUp(match));

    hearing.get();
    assertThat(market.world().executor().runs()).isEmpty();
    assertThat(market.seen(match).isOpen()).isTrue();
    assertThat(folder.resolve("mia/jobs")).isEmptyDirectory();
  }

  // ---------------------------------------------------------------- too late

  @Test
  void leavesADisputeAloneWhoseDeadlineHasPassed() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.chain.advance(TestMarket.MEDIATION + 1);
    settle(mediator);

    assertThat(market.seen(match).isOpen()).isTrue();
    assertThat(market.engine.starts()).isEmpty();
  }

  @Test
  void givesUpWhenTheDeadlinePassesDuringTheRuns() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.engine.otherwise(
        request -> {
          market.chain.advance(TestMarket.MEDIATION + 1);
          return ANSWER;
        });
    settle(mediator);

    assertThat(market.seen(match).isOpen()).isTrue();
    assertThat(market.engine.starts()).hasSize(1);
  }

  @Test
  void aVerdictAtTheLastMomentCounts() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.chain.advance(TestMarket.MEDIATION);
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  // ------------------------------------------------- engine, disk and ledger

  @Test
  void anEngineThatIsDownIsWaitedFor() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.engine.goDown();
    assertThatThrownBy(mediator::step).isInstanceOf(EngineUnavailable.class);
    market.engine.comeBack();
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aDiskThatTakesNothingIsWaitedFor() throws IOException {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    Path jobs = folder.resolve("mia/jobs");
    Files.deleteIfExists(jobs);
    Files.createDirectories(jobs.getParent());
    Files.writeString(jobs, "no folder");
    assertThatThrownBy(mediator::step)
        .isInstanceOf(LocalTrouble.class)
        .hasMessageContaining("cannot ");
    Files.delete(jobs);
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aVerdictThatWasPostedWithoutUsHearingOfItIsNotPostedAgain() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    market.chain.afterSubmit(
        command -> {
          throw new LedgerUnavailable("the answer was lost");
        });
    assertThatThrownBy(mediator::step).isInstanceOf(LedgerUnavailable.class);
    market.chain.afterSubmit(command -> {});
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
    assertThat(market.engine.starts().values()).containsExactly(1, 1);
  }

  @Test
  void aVerdictOnceReachedIsNotReachedAnew() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    rejectsCommands();
    assertThatThrownBy(mediator::step).isInstanceOf(LedgerUnavailable.class);
    market.store.lose(market.alice.account(), market.spec.digest().sha256());
    acceptsCommands();
    settle(market.mediator(market.world()));

    assertThat(market.evidence(match)).contains("all 2 runs equal the claim");
  }

  /** The chain is re-organised, and the same match is about another claim. */
  @Test
  void aVerdictOnOneClaimIsNotPostedOnAnother() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    rejectsCommands();
    assertThatThrownBy(mediator::step).isInstanceOf(LedgerUnavailable.class);
    acceptsCommands();
    market.chain.dropBlocks(2);
    market.post(match, ResultStatus.COMPLETED, market.putOutput(match, "41\n"), new Usage(700, 99));
    market.reject(match, RejectReason.WRONG_RESULTS);
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.WRONG_RESULTS);
  }

  private void rejectsCommands() {
    market.chain.beforeSubmit(
        command -> {
          throw new LedgerUnavailable("down");
        });
  }

  private void acceptsCommands() {
    market.chain.beforeSubmit(command -> {});
  }

  // ------------------------------------------------------------ other people

  @Test
  void runsOfOthersOnTheSameEngineAreLeftAlone() {
    RunName bobs = new RunName("provider-bob", market.match(), 0);
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    settle(mediator);
    RunName mine = market.runs().rerun(match, 0);

    assertThat(market.runs().isMine(bobs)).isFalse();
    assertThat(market.runs().isMine(mine)).isTrue();
    assertThat(market.world().executor().runs())
        .containsExactly(mine, market.runs().rerun(match, 1));
  }

  @Test
  void staysOutOfAMatchThatIsNotDisputed() {
    MatchId match = market.match();
    market.serve(match);
    settle(mediator);

    assertThat(market.seen(match).state()).isInstanceOf(MatchState.AwaitingReaction.class);
    assertThat(market.engine.starts()).isEmpty();
  }
}
