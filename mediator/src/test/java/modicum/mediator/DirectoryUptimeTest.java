package modicum.mediator;

import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.uptime.Equivocation;
import modicum.directory.uptime.UptimeSource;
import modicum.ledger.memory.InMemorySigner;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.Probe.Outcome;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disputes over a directory that was, or was not, there; and what the mediator saw by itself. */
class DirectoryUptimeTest {
  @TempDir Path folder;
  private TestMarket market;
  private MediatorAgent mia;

  @BeforeEach
  void aMediatorThatIsReady() {
    market = new TestMarket(folder);
    settle(market.mediator(market.world()));
    mia = agent(market.world());
  }

  private MediatorAgent agent(MediatorWorld world) {
    return new MediatorAgent(market.config(), world, MediatorMeter.NONE);
  }

  private Probe probe() {
    return probeBy(mia);
  }

  private static Probe probeBy(MediatorAgent agent) {
    try {
      return agent.probes().round().getFirst();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Probe probeAfter(long seconds) {
    market.chain.advance(seconds);
    return probe();
  }

  /** Bob says that he could not reach the directory; alice doubts it; a mediator just restarted. */
  private Verdict bobsWordIsJudged(MatchId match) {
    market.post(match, ResultStatus.DIRECTORY_UNAVAILABLE);
    market.reject(match, RejectReason.INVALID_RESULT_STATUS);
    settle(market.mediator(market.world()));
    return market.mediation(match).verdict();
  }

  private Availability looked(MatchId match) {
    return Evidence.availability(market.evidence(match).getBytes(StandardCharsets.UTF_8))
        .orElseThrow();
  }

  private void assertReplays(MatchId match, Dispute.Uptime expected) {
    Availability again = looked(match);
    assertThat(again.conclusion().uptime()).isEqualTo(expected);
    assertThat(market.evidence(match)).contains(again.conclusion().why());
  }

  @Test
  void aDirectoryThatWasUpIsNotAtFaultWhateverBobSays() {
    MatchId match = market.match();
    assertThat(probeAfter(10).outcome()).isEqualTo(Outcome.ANSWERED);
    probeAfter(10);

    assertThat(bobsWordIsJudged(match)).isEqualTo(Verdict.INVALID_RESULT_STATUS);
    assertReplays(match, Dispute.Uptime.UP_ALL_THE_TIME);
    assertThat(looked(match).probes()).hasSize(2);
  }

  @Test
  void aDirectoryThatOwnsUpToAnOutageIsJudgedByItsRecord() {
    MatchId match = market.match();
    market.chain.advance(1);
    market.store.goDown();
    market.chain.advance(10);
    market.store.comeUp();
    market.chain.advance(5);

    assertThat(bobsWordIsJudged(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
    assertReplays(match, Dispute.Uptime.DOWN_AT_TIMES);
  }

  /** The service beats on and signs, while nobody gets an object. */
  @Test
  void twoFailedProbesOutweighARecordThatSaysUp() {
    MatchId match = market.match();
    probeAfter(10);
    market.store.loseStorage();
    assertThat(probeAfter(10).outcome()).isEqualTo(Outcome.DOWN);
    assertThat(probeAfter(10).why()).contains("storage");
    market.store.regainStorage();
    probeAfter(10);

    assertThat(bobsWordIsJudged(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
    assertReplays(match, Dispute.Uptime.SEEN_DOWN);
    assertThat(market.evidence(match)).contains("the mediator's own probes");
  }

  @Test
  void oneFailedProbeDoesNot() {
    MatchId match = market.match();
    probeAfter(10);
    market.store.loseStorage();
    probeAfter(10);
    market.store.regainStorage();
    probeAfter(10);

    assertThat(bobsWordIsJudged(match)).isEqualTo(Verdict.INVALID_RESULT_STATUS);
  }

  /** The outage is over, the mediator has seen what the directory signed then; and only then... */
  @Test
  void aDirectoryThatWritesItsPastAnewAfterAnOutageIsCaughtByAHeadThatItShowed() {
    MatchId match = market.match();
    market.chain.advance(10);
    long outage = market.now();
    market.store.goDown();
    market.chain.advance(40);
    market.store.comeUp();
    Probe witnessed = probeAfter(10);
    market.store.rewriteUptimeSince(outage);

    assertThat(bobsWordIsJudged(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
    assertReplays(match, Dispute.Uptime.DISPROVED);
    Availability looked = looked(match);
    assertThat(looked.record().orElseThrow().wasUp(looked.from(), looked.to()))
        .as("the forged record itself says up")
        .isTrue();
    assertThat(
            new Equivocation(witnessed.head().orElseThrow(), looked.record().orElseThrow())
                .isProven(InMemorySigner.RECOVERY))
        .as("anybody can check that the directory signed two pasts")
        .isTrue();
  }

  @Test
  void aRecordThatProvesNothingIsWorthNothing() {
    MatchId match = market.match();
    market.chain.advance(10);
    market.store.garbleUptime("the record does not hold together");

    assertThat(bobsWordIsJudged(match)).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
    assertReplays(match, Dispute.Uptime.DISPROVED);
    assertThat(market.evidence(match)).contains("the record does not hold together");
  }

  @Test
  void aResultThatIsNotThereIsTheDirectorysFaultWhenProbesSawItDown() {
    MatchId match = market.match();
    market.serve(match);
    market.store.loseStorage();
    probeAfter(10);
    probeAfter(10);
    market.chain.advance(1);
    market.store.lose(market.bob.account(), market.putOutput(match, "x").digest().sha256());
    market.reject(match, RejectReason.RESULT_NOT_FOUND);
    settle(market.mediator(market.world()));

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.DIRECTORY_UNAVAILABLE);
    assertReplays(match, Dispute.Uptime.SEEN_DOWN);
  }

  @Test
  void evidenceThatWasChangedComesToNoOtherConclusionUnnoticed() {
    MatchId match = market.match();
    market.store.loseStorage();
    probeAfter(10);
    probeAfter(10);
    bobsWordIsJudged(match);
    String changed = market.evidence(match).replace("\"outcome\":\"DOWN\"", "\"outcome\":\"X\"");

    assertThat(Evidence.signer(changed.getBytes(StandardCharsets.UTF_8), InMemorySigner.RECOVERY))
        .isEmpty();
  }

  // --------------------------------------------------------- our own outages

  @Test
  void whenNothingAnswersAtAllItIsOurOwnOutage() {
    market.store.goDown();
    market.chain.setUnavailable(true);
    Probe lonely = probeWithClock(77);
    market.chain.setUnavailable(false);

    assertThat(lonely.outcome()).isEqualTo(Outcome.SAYS_NOTHING);
    assertThat(probe().outcome()).isEqualTo(Outcome.DOWN);
  }

  private Probe probeWithClock(long now) {
    MediatorWorld world = market.world();
    return probeBy(
        new MediatorAgent(
            market.config(),
            new MediatorWorld(
                world.ledger(), world.directories(), world.uptimes(), world.executor(), () -> now),
            MediatorMeter.NONE));
  }

  @Test
  void aDirectoryThatDoesNotAnswerWhileTheChainDoesIsDown() {
    market.store.goDown();

    assertThat(probe().outcome()).isEqualTo(Outcome.DOWN);
    assertThat(mia.probes().sights().getFirst().counted()).isEqualTo(1);
  }

  @Test
  void aDirectoryToWhichWeHaveNoDoorIsNotFoundGuiltyOfThat() {
    MediatorWorld world = market.world();
    Function<Address, UptimeSource> noDoor =
        address -> {
          throw new DirectoryUnavailable("nobody says where it is");
        };
    MediatorAgent lost =
        agent(
            new MediatorWorld(
                world.ledger(), world.directories(), noDoor, world.executor(), world.clock()));

    assertThat(probeBy(lost).outcome()).isEqualTo(Outcome.SAYS_NOTHING);
  }

  @Test
  void aClockBehindTheChainsIsOurOwnTrouble() {
    market.store.goDown();

    assertThat(probeWithClock(market.now() - 121).outcome()).isEqualTo(Outcome.SAYS_NOTHING);
    assertThat(probeWithClock(market.now() - 120).outcome()).isEqualTo(Outcome.DOWN);
  }

  @Test
  void aRestartedMediatorRemembersWhatItsProbesSaw() {
    Probe before = probe();
    MediatorAgent again = agent(market.world());

    assertThat(again.probes().sights().getFirst().last()).isEqualTo(Optional.of(before));
    assertThat(again.probes().log().between(market.dora.account(), 0, market.now()))
        .isEqualTo(List.of(before));
  }
}
