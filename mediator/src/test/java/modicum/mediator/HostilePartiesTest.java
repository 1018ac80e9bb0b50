package modicum.mediator;

import static modicum.mediator.TestMarket.LIMITS;
import static modicum.mediator.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.directory.TransferProgress;
import modicum.executor.Executor;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.agent.AgentLoop;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.market.Command;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Verdict;
import modicum.protocol.offer.Quantity;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever others put before a mediator, it goes on, and says whose fault it is. */
class HostilePartiesTest {
  @TempDir Path folder;
  private TestMarket market;
  private AgentLoop<MediatorAction> mediator;

  @BeforeEach
  void aMediatorThatIsReady() {
    market = new TestMarket(folder);
    market.engine.otherwise(request -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700));
    mediator = market.mediator(market.world());
    settle(mediator);
  }

  static Stream<String> hostileOutputs() {
    return Hostile.outputs().keySet().stream();
  }

  private MatchId claims(Manifest output, JobSpec job, RejectReason reason) {
    MatchId match = market.match(job, LIMITS);
    market.putOutput(match, "42\n");
    market.putManifest(match, output);
    market.post(match, ResultStatus.COMPLETED, output, new Usage(700, 100));
    market.reject(match, reason);
    return match;
  }

  @ParameterizedTest
  @MethodSource("hostileOutputs")
  void aHostileOutputIsTheProvidersFault(String name) {
    Manifest output = Hostile.outputs().get(name);
    MatchId wrong = claims(output, market.spec, RejectReason.WRONG_RESULTS);
    MatchId missing = claims(output, market.spec, RejectReason.RESULT_NOT_FOUND);
    settle(mediator);

    assertThat(market.mediation(wrong).verdict()).isEqualTo(Verdict.WRONG_RESULTS);
    assertThat(market.mediation(missing).faultyParty()).isEqualTo(FaultyParty.RESOURCE_PROVIDER);
    leavesNothing();
  }

  @ParameterizedTest
  @MethodSource("hostileOutputs")
  void aHostileOutputIsNotEqualByAComparatorThatSaysSo(String name) {
    JobSpec job = market.putJob(new Equality.Comparator(market.putImage("a comparator")));
    market.engine.otherwise(
        request ->
            request.name().attempt() == 2 || request.name().attempt() < 2
                ? ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700)
                : ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1));
    MatchId match = claims(Hostile.outputs().get(name), job, RejectReason.WRONG_RESULTS);
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.WRONG_RESULTS);
    leavesNothing();
  }

  private void leavesNothing() {
    market.chain.advance(1);
    settle(mediator);
    market.chain.advance(TestMarket.GRACE);
    settle(mediator);
    assertThat(folder.resolve("mia/jobs")).isEmptyDirectory();
    assertThat(Files.notExists(folder.resolve("mia/claims")) || isEmpty("mia/claims")).isTrue();
  }

  private boolean isEmpty(String name) {
    String[] content = folder.resolve(name).toFile().list();
    return content != null && content.length == 0;
  }

  @ParameterizedTest
  @EnumSource(
      value = RejectReason.class,
      names = {"RESULT_NOT_FOUND", "WRONG_RESULTS"})
  void bytesThatAreNoManifestAreTheProvidersFault(RejectReason reason) {
    MatchId match = market.match();
    byte[] nonsense = "nonsense".getBytes(StandardCharsets.UTF_8);
    Digest digest = Sha256.of(nonsense);
    market.ofBob().put(digest, () -> new ByteArrayInputStream(nonsense), TransferProgress.NONE);
    market.ofBob().announceResult(match, digest);
    postCommitmentTo(match, digest.sha256());
    market.reject(match, reason);
    settle(mediator);

    assertThat(market.mediation(match).faultyParty()).isEqualTo(FaultyParty.RESOURCE_PROVIDER);
  }

  @Test
  void anAnnouncementOfAnEndlessManifestIsTheProvidersFault() {
    MatchId match = market.match();
    Digest endless = new Digest(Sha256.ofUtf8("endless").sha256(), Quantity.MAXIMUM);
    market.ofBob().announceResult(match, endless);
    postCommitmentTo(match, endless.sha256());
    market.reject(match, RejectReason.RESULT_NOT_FOUND);
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.RESULT_NOT_FOUND);
    assertThat(market.mediation(match).usage().bandwidth()).isLessThan(Quantity.MAXIMUM);
  }

  private void postCommitmentTo(MatchId match, Bytes32 digest) {
    TestMarket.must(
        market.bob,
        new Command.PostResult(
            market.bob.account(),
            match,
            new Result(
                ResultStatus.COMPLETED,
                ResultCommitment.of(match, market.bob.account(), digest),
                new Usage(1, 1))));
  }

  @Test
  void aBillBeyondAllLimitsIsCappedBeforeItIsJudged() {
    MatchId match = market.match();
    market.post(
        match,
        ResultStatus.COMPLETED,
        market.putOutput(match, "42\n"),
        new Usage(Quantity.MAXIMUM, Quantity.MAXIMUM));
    market.reject(match, RejectReason.TOO_MUCH_COST);
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.TOO_MUCH_COST);
  }

  @Test
  void aJobSpecThatIsNoneIsItsCreatorsFault() {
    byte[] nonsense = "modicum job 1\nimage x\n".getBytes(StandardCharsets.UTF_8);
    Digest digest = Sha256.of(nonsense);
    market.ofAlice().put(digest, () -> new ByteArrayInputStream(nonsense), TransferProgress.NONE);
    MatchId match = market.match(digest.sha256(), LIMITS);
    market.serve(match);
    market.reject(match, RejectReason.INVALID_RESULT_STATUS);
    settle(mediator);

    assertThat(market.seen(match).state().postedResult().orElseThrow().status())
        .isEqualTo(ResultStatus.JOB_DESCRIPTION_ERROR);
    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
  }

  @Test
  void aComparatorThatIsNoImageIsItsCreatorsFault() {
    byte[] nonsense = "no manifest".getBytes(StandardCharsets.UTF_8);
    Digest digest = Sha256.of(nonsense);
    market.ofAlice().put(digest, () -> new ByteArrayInputStream(nonsense), TransferProgress.NONE);
    ImageReference none =
        new ImageReference(digest, Sha256.ofUtf8("id").sha256(), market.image.baseLayer());
    MatchId match =
        claims(
            Hostile.listing(Sha256.ofUtf8("42\n")),
            market.putJob(new Equality.Comparator(none)),
            RejectReason.WRONG_RESULTS);
    settle(mediator);

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.NON_DETERMINISTIC_JOB);
  }

  /**
   * Its creator takes the image away when the mediator's engine has lost it, after the first look.
   */
  @Test
  void anImageThatWasLostTwiceIsItsCreatorsFault() {
    MatchId match = market.disputed(RejectReason.WRONG_RESULTS);
    Crashes atTheFirstRun = Crashes.at(11, false);
    AgentLoop<MediatorAction> killed = market.mediator(atTheFirstRun.around(market.world()));
    try {
      settle(killed);
    } catch (Crashes.Killed expected) {
      assertThat(market.engine.starts()).isEmpty();
    }
    market.store.lose(market.alice.account(), market.image.manifest().sha256());

    settle(market.mediator(forgetful(market.world())));

    assertThat(market.mediation(match).verdict()).isEqualTo(Verdict.CORRECT_RESULTS);
    assertThat(market.evidence(match)).contains("the job is not there any more");
  }

  private static MediatorWorld forgetful(MediatorWorld world) {
    Executor executor =
        (Executor)
            Proxy.newProxyInstance(
                Executor.class.getClassLoader(),
                new Class<?>[] {Executor.class},
                (proxy, method, arguments) -> {
                  try {
                    return switch (method.getName()) {
                      case "hasImage" -> false;
                      case "layersOf" -> Optional.empty();
                      default -> method.invoke(world.executor(), arguments);
                    };
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new MediatorWorld(
        world.ledger(), world.directories(), world.uptimes(), executor, world.clock());
  }
}
