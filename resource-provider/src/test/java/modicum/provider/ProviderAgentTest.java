package modicum.provider;

import static modicum.provider.TestMarket.LIMITS;
import static modicum.provider.TestMarket.must;
import static modicum.provider.TestMarket.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.directory.folder.JobTransfer;
import modicum.executor.sandbox.Profile;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.RecordedEvent;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.orders.OfferNonces;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.JobSpec;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProviderAgentTest {
  @TempDir Path folder;
  private TestMarket market;
  private AgentLoop<ProviderAction> provider;

  @BeforeEach
  void aProviderThatIsReady() {
    market = new TestMarket(folder);
    provider = market.provider();
    settle(provider);
  }

  private Result result(MatchId match) {
    return market.seen(match).state().postedResult().orElseThrow();
  }

  private MatchId run() {
    MatchId match = market.match();
    settle(provider);
    return match;
  }

  @Test
  void getsReadyByItself() {
    assertThat(market.chain.state().registry().resourceProvider(market.bob.account())).isPresent();
    assertThat(market.chain.state().balance(market.bob.account()).free())
        .isEqualTo(Wei.of(100_000_000));
    assertThat(market.liveOffers()).hasSize(1);
  }

  @Test
  void runsAJobAndIsPaidWhenTheJobCreatorStaysSilent() throws Exception {
    market.engine.otherwise(r -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700));
    MatchId match = run();

    Digest manifest = market.aliceDirectory().findResult(match, market.bob.account()).orElseThrow();
    Manifest output =
        Manifest.parse(
            market.aliceDirectory().read(market.bob.account(), manifest.sha256(), 1 << 20));
    assertThat(result(match).status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(result(match).commitment())
        .isEqualTo(ResultCommitment.of(match, market.bob.account(), manifest.sha256()));
    assertThat(result(match).usage().instructions()).isEqualTo(700);
    assertThat(output.entries()).extracting(e -> e.path()).containsExactly("out.txt");

    market.chain.advance(TestMarket.REACTION + 1);
    settle(provider);

    MatchState.Closed closed = (MatchState.Closed) market.seen(match).state();
    assertThat(closed.reason()).isEqualTo(ClosingReason.ACCEPTED_BY_SILENCE);
    assertThat(market.engine.starts()).hasSize(1);
  }

  @Test
  void billsTheBytesThatItMovedAndImageAndInputOnlyTheFirstTime() {
    MatchId first = run();
    MatchId second = run();
    long image = market.imageSize();

    long inputFile = 6;
    assertThat(result(first).usage().bandwidth() - result(second).usage().bandwidth())
        .isEqualTo(image + inputFile);
    long job =
        market.spec.canonical().length
            + market.image.manifest().size()
            + market.spec.input().orElseThrow().size();
    long upload = 3 + manifestSize(second);
    assertThat(result(second).usage().bandwidth()).isEqualTo(job + upload);
  }

  private long manifestSize(MatchId match) {
    return market.aliceDirectory().findResult(match, market.bob.account()).orElseThrow().size();
  }

  @ParameterizedTest
  @EnumSource(
      value = ResultStatus.class,
      names = {
        "MEMORY_EXCEEDED",
        "STORAGE_EXCEEDED",
        "INSTRUCTIONS_EXCEEDED",
        "EXCEPTION_OCCURRED",
        "JOB_DESCRIPTION_ERROR"
      })
  void postsHowARunEnded(ResultStatus status) {
    market.engine.otherwise(r -> ScriptedOutcome.ended(status, 400));
    MatchId match = run();
    assertThat(result(match).status()).isEqualTo(status);
    assertThat(result(match).usage().instructions()).isEqualTo(400);
    assertThat(result(match).commitment())
        .isEqualTo(
            ResultCommitment.of(match, market.bob.account(), Manifest.EMPTY.digest().sha256()));
  }

  @Test
  void claimsNoMoreThanTheJobsLimits() {
    market.engine.otherwise(r -> ScriptedOutcome.ended(ResultStatus.INSTRUCTIONS_EXCEEDED, 1_013));
    assertThat(result(run()).usage().instructions()).isEqualTo(LIMITS.instructions());
  }

  @Test
  void refusesAJobThatIsTooLargeToDownloadBeforeItFetchesIt() {
    Limits tight = new Limits(1000, 1 << 20, 1 << 20, market.imageSize());
    MatchId match = market.match(market.offer(market.spec.digest().sha256(), tight));
    settle(provider);
    assertThat(result(match).status()).isEqualTo(ResultStatus.BANDWIDTH_EXCEEDED);
    assertThat(result(match).usage().bandwidth())
        .isEqualTo(
            market.spec.canonical().length
                + market.image.manifest().size()
                + market.spec.input().orElseThrow().size());
    assertThat(market.engine.starts()).isEmpty();
  }

  @Test
  void doesNotUploadAnOutputThatWouldExceedTheBandwidthLimit() {
    String large = "x".repeat((int) LIMITS.bandwidth());
    market.engine.otherwise(r -> ScriptedOutcome.completed(Map.of("out.txt", large), 10));
    MatchId match = run();
    assertThat(result(match).status()).isEqualTo(ResultStatus.BANDWIDTH_EXCEEDED);
    assertThat(market.store.viewOf(market.bob.account()).has(Sha256.ofUtf8(large))).isFalse();
  }

  @Test
  void saysThatAJobIsNotFoundOnceTheDirectoryHadTimeToSeeTheMatch() {
    MatchId match = market.match(market.offer(Sha256.ofUtf8("nothing").sha256(), LIMITS));
    assertThatThrownBy(() -> settle(provider)).isInstanceOf(DirectoryUnavailable.class);
    assertThat(market.seen(match).state()).isInstanceOf(MatchState.AwaitingResult.class);

    market.chain.advance(29);
    assertThatThrownBy(() -> settle(provider)).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(1);
    settle(market.provider());
    assertThat(result(match).status()).isEqualTo(ResultStatus.JOB_NOT_FOUND);
  }

  @Test
  void runsAJobThatAppearsInTime() {
    JobSpec late =
        new JobSpec(
            market.image,
            List.of("late"),
            new TreeMap<>(),
            market.spec.input(),
            "/out",
            1,
            CpuLevel.DEFAULT,
            market.spec.equality(),
            Profile.current());
    MatchId match = market.match(market.offer(late.digest().sha256(), LIMITS));
    assertThatThrownBy(() -> settle(provider)).isInstanceOf(DirectoryUnavailable.class);
    JobTransfer.putSpec(market.aliceDirectory(), late);
    settle(provider);
    assertThat(result(match).status()).isEqualTo(ResultStatus.COMPLETED);
  }

  @Test
  void findsAJobSpecThatIsNoneADescriptionError() {
    byte[] nonsense = "modicum job 1\nnonsense\n".getBytes(StandardCharsets.UTF_8);
    Digest digest = Sha256.of(nonsense);
    market
        .aliceDirectory()
        .put(digest, () -> new ByteArrayInputStream(nonsense), TransferProgress.NONE);
    MatchId match = market.match(market.offer(digest.sha256(), LIMITS));
    settle(provider);
    assertThat(result(match).status()).isEqualTo(ResultStatus.JOB_DESCRIPTION_ERROR);
    assertThat(result(match).usage()).isEqualTo(new Usage(0, nonsense.length));
  }

  @Test
  void givesUpWhenTheDirectoryDoesNotAnswerForLong() {
    MatchId match = market.match();
    market.store.goDown();
    assertThatThrownBy(() -> settle(provider)).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(59);
    assertThatThrownBy(() -> settle(market.provider())).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(1);
    settle(market.provider());
    assertThat(result(match).status()).isEqualTo(ResultStatus.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void waitsForADirectoryThatComesBack() {
    MatchId match = market.match();
    market.store.goDown();
    assertThatThrownBy(() -> settle(provider)).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(59);
    market.store.comeUp();
    settle(provider);
    assertThat(result(match).status()).isEqualTo(ResultStatus.COMPLETED);
  }

  @Test
  void givesUpWhenTheDirectoryIsDownAtTheTimeOfTheUpload() {
    market.engine.holdRuns();
    MatchId match = market.match();
    settle(provider);
    market.store.goDown();
    market.engine.finishAll();
    assertThatThrownBy(() -> settle(provider)).isInstanceOf(DirectoryUnavailable.class);
    market.chain.advance(60);
    settle(provider);
    assertThat(result(match).status()).isEqualTo(ResultStatus.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void declinesARunningJobBeforeItIsLateAndStopsIt() {
    market.engine.holdRuns();
    MatchId match = market.match();
    settle(provider);
    assertThat(market.engine.starts()).hasSize(1);
    market.chain.advance(TestMarket.COMPLETION - 15);
    settle(provider);
    assertThat(result(match).status()).isEqualTo(ResultStatus.DECLINED);
    assertThat(market.world().executor().runs()).isEmpty();
  }

  @Test
  void neverRunsMoreJobsAtATimeThanItHasSlots() {
    market.engine.holdRuns();
    provider = market.provider(market.config(2), market.world());
    settle(provider);
    assertThat(market.liveOffers()).hasSize(2);
    market.match();
    settle(provider);
    assertThat(market.liveOffers()).hasSize(1);
    MatchId second = market.match();
    settle(provider);
    assertThat(market.liveOffers()).isEmpty();
    market.engine.finishAll();
    settle(provider);
    assertThat(result(second).status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(market.liveOffers()).hasSize(2);
  }

  @Test
  void declinesWhatExceedsItsSlotsAtOnce() {
    market.engine.holdRuns();
    provider = market.provider(market.config(2), market.world());
    settle(provider);
    List<SignedResourceOffer> two = market.liveOffers();
    provider = market.provider(market.config(1), market.world());
    JobOffer job = market.offer(market.spec.digest().sha256(), LIMITS);
    JobOffer other = market.offer(market.spec.digest().sha256(), LIMITS);
    MatchId first = market.match(job, two.get(0));
    MatchId second = market.match(other, two.get(1));
    settle(provider);
    assertThat(market.seen(first).state()).isInstanceOf(MatchState.AwaitingResult.class);
    assertThat(result(second).status()).isEqualTo(ResultStatus.DECLINED);
    assertThat(market.engine.starts()).hasSize(1);
  }

  @Test
  void offersTheSameAfterARestart() {
    List<SignedResourceOffer> before = market.book.resourceOffers();
    settle(market.provider());
    assertThat(market.book.resourceOffers()).isEqualTo(before);
  }

  @Test
  void postsItsOffersOnTheChainWhereItIsToldTo() {
    ProviderConfig onChain = market.config(2, 1_000_000, true, null);
    settle(market.provider(onChain, market.world()));
    settle(market.provider(onChain, market.world()));
    assertThat(market.chain.state().postedResourceOffers()).hasSize(2);
  }

  private long blocksOf(Class<? extends MarketEvent> kind) {
    return events(kind).map(RecordedEvent::block).distinct().count();
  }

  private Stream<RecordedEvent> events(Class<? extends MarketEvent> kind) {
    return market.bob.events(0, market.bob.head().number()).stream()
        .filter(recorded -> kind.isInstance(recorded.event()));
  }

  @Test
  void postsSeveralOffersInOneTransaction() {
    settle(market.provider(market.config(3, 1_000_000, true, null), market.world()));
    assertThat(events(MarketEvent.ResourceOfferPosted.class)).hasSize(3);
    assertThat(blocksOf(MarketEvent.ResourceOfferPosted.class)).isEqualTo(1);
  }

  @Test
  void postsWhatIsDueAtOnceInOneTransactionAndClosesItSo() {
    market.engine.holdRuns();
    provider = market.provider(market.config(2), market.world());
    settle(provider);
    MatchId first = market.match();
    MatchId second = market.match();
    settle(provider);
    market.engine.finishAll();
    settle(provider);
    assertThat(result(first).status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(result(second).status()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(blocksOf(MarketEvent.ResultPosted.class)).isEqualTo(1);

    market.chain.advance(TestMarket.REACTION + 1);
    settle(provider);
    assertThat(events(MarketEvent.MatchClosed.class)).hasSize(2);
    assertThat(blocksOf(MarketEvent.MatchClosed.class)).isEqualTo(1);
  }

  @Test
  void whatSomebodyElseClosedFirstDoesNotKeepTheOthersOpen() throws Exception {
    provider = market.provider(market.config(2), market.world());
    settle(provider);
    MatchId first = market.match();
    MatchId second = market.match();
    settle(provider);
    market.chain.advance(TestMarket.REACTION + 1);
    boolean[] beaten = {false};
    market.chain.beforeSubmit(
        command -> {
          if (!beaten[0]) {
            beaten[0] = true;
            must(market.alice, new Command.CloseBySilence(market.alice.account(), first));
          }
        });
    provider.step();
    assertThat(market.seen(first).state()).isInstanceOf(MatchState.Closed.class);
    assertThat(market.seen(second).state()).isInstanceOf(MatchState.Closed.class);
    settle(provider);
  }

  @Test
  void offersAnewWhenItsOwnerHasCancelledAllThatStood() throws Exception {
    must(
        market.bob,
        new Command.RaiseNonceFloor(market.bob.account(), OfferNonces.floorAfter(market.now(), 0)));
    assertThat(provider.step()).hasOnlyElementsOfType(ProviderAction.LeaveOffer.class).hasSize(1);
    assertThat(market.book.resourceOffers()).hasSize(2);
    assertThat(market.book.resourceOffers().getLast().offer().nonce())
        .isGreaterThanOrEqualTo(market.chain.state().nonceFloor(market.bob.account()));
  }

  @Test
  void leavesAnOfferAgainNowAndThenSinceASolverMayHaveForgottenIt() throws Exception {
    market.chain.advance(29);
    assertThat(provider.step()).isEmpty();
    market.chain.advance(1);
    assertThat(provider.step()).hasOnlyElementsOfType(ProviderAction.LeaveOffer.class).hasSize(1);
  }

  @Test
  void keepsTheOutputUntilTheMatchIsClosedAndThenCleansUp() {
    MatchId match = run();
    assertThat(market.world().executor().runs()).hasSize(1);
    must(market.alice, new Command.AcceptResult(market.alice.account(), match));
    settle(provider);
    assertThat(market.world().executor().runs()).hasSize(1);
    market.chain.advance(20);
    settle(provider);
    assertThat(market.world().executor().runs()).isEmpty();
    assertThat(filesOf("bob/jobs")).isEmpty();
  }

  private List<Path> filesOf(String name) {
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      return files.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closesAMediationWithoutVerdict() {
    MatchId match = run();
    must(
        market.alice,
        new Command.RejectResult(market.alice.account(), match, RejectReason.WRONG_RESULTS));
    market.chain.advance(TestMarket.MEDIATION + 1);
    settle(provider);
    MatchState.Closed closed = (MatchState.Closed) market.seen(match).state();
    assertThat(closed.reason()).isEqualTo(ClosingReason.MEDIATION_OVERDUE);
  }

  @Test
  void withdrawsWhatIsAboveWhatItKeeps() {
    ProviderConfig withdrawing =
        market.config(
            1,
            1_000_000,
            false,
            new ProviderConfig.Withdrawal(BigInteger.valueOf(100_000_000), BigInteger.valueOf(50)));
    must(market.bob, new Command.Deposit(market.bob.account(), Wei.of(49)));
    provider = market.provider(withdrawing, market.world());
    settle(provider);
    assertThat(free()).isEqualTo(Wei.of(100_000_049));
    must(market.bob, new Command.Deposit(market.bob.account(), Wei.of(1)));
    settle(provider);
    assertThat(free()).isEqualTo(Wei.of(100_000_000));
  }

  private Wei free() {
    return market.chain.state().balance(market.bob.account()).free();
  }

  @Test
  void keepsDoingItsDutiesOnTheChainWhileTheEngineIsDown() {
    MatchId match = run();
    market.engine.goDown();
    market.chain.advance(TestMarket.REACTION + 1);
    settle(provider);
    assertThat(market.seen(match).isOpen()).isFalse();
  }
}
