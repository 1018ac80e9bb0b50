package modicum.jobcreator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.LedgerUnavailable;
import modicum.ledger.RecordedEvent;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.orders.OfferNonces;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.market.Command;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.party.Mediator;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alice's jobs, from the file to the money, in a market of twins. */
class JobCreatorTest {
  private static final Map<String, String> ANSWER = Map.of("answer.txt", "42\n");
  private static final VerificationPolicy NONE = new VerificationPolicy.None();
  private static final VerificationPolicy ALWAYS = new VerificationPolicy.Always();

  @TempDir Path folder;
  private SmallMarket market;
  private JobCreator alice;

  @BeforeEach
  void openMarket() throws IOException {
    market = new SmallMarket(folder);
    alice = market.jobCreator();
    market.engine.otherwise(request -> ScriptedOutcome.completed(ANSWER, 100));
  }

  private JobHandle submit(VerificationPolicy policy) throws Exception {
    return alice.submit(market.request(policy), PackagingProgress.NONE);
  }

  /** Until the job creator has nothing to do. */
  private void settle() throws InterruptedException {
    while (!alice.step().isEmpty()) {
      // Each round does what the one before made possible.
    }
  }

  /** Leaving an offer is done again and again, so settling would not end. */
  private JobHandle matched(VerificationPolicy policy) throws Exception {
    JobHandle job = submit(policy);
    for (int i = 0; i < 4; i++) {
      alice.step();
    }
    market.solverMatches();
    return job;
  }

  @Test
  void aJobGoesToTheFirstDirectoryThatAnswers() throws Exception {
    JobCreator choosing = market.jobCreatorWithASecondDirectory();
    market.store.goDown();

    JobHandle job = choosing.submit(market.request(NONE), PackagingProgress.NONE);

    assertThat(job.record().offer().directory()).isEqualTo(market.secondDirectory());
    market.store.comeUp();
    assertThat(choosing.submit(market.request(NONE), PackagingProgress.NONE))
        .extracting(j -> j.record().offer().directory())
        .isEqualTo(market.keeper.account());
  }

  private RejectReason rejection() {
    return ((MatchState.InMediation) market.onlyMatch().state()).reason();
  }

  @Test
  void aJobGoesFromItsFileToItsOutput() throws Exception {
    JobHandle job = matched(ALWAYS);
    assertThat(market.onlyMatch().id()).isEqualTo(job.id());
    market.providerPosts(ANSWER, new Usage(100, 20));
    settle();
    JobStatus end = job.status().orElseThrow();
    assertThat(end.end()).contains(JobEnd.COLLECTED);
    assertThat(end.isAccepted()).isTrue();
    assertThat(Files.readString(folder.resolve("results/answer.txt"))).isEqualTo("42\n");
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void everyoneIsPaidWhatTheSettlementSays() throws Exception {
    JobHandle job = matched(ALWAYS);
    market.providerPosts(ANSWER, new Usage(100, 20));
    settle();
    JobStatus end = job.status().orElseThrow();
    Payments payments =
        Payments.of(
            end.match().orElseThrow(),
            end.closed().orElseThrow(),
            market.chain.state().pricing(),
            Wei.ZERO);
    Wei gained = payments.lines().stream().map(Payments.Line::gained).reduce(Wei.ZERO, Wei::plus);
    Wei lost = payments.lines().stream().map(Payments.Line::lost).reduce(Wei.ZERO, Wei::plus);
    assertThat(gained).isEqualTo(lost);
    assertThat(payments.lines().get(1).gained()).isEqualTo(Wei.of(100 * 1000 + 20 - 7 - 5 - 3));
    assertThat(payments.lines().get(2).gained()).isEqualTo(Wei.of(14));
  }

  @Test
  void depositsNoMoreThanTheJobNeeds() throws Exception {
    submit(NONE);
    for (int i = 0; i < 4; i++) {
      alice.step();
    }
    Wei free = market.chain.state().balance(market.alice.account()).free();
    JobStatus status = alice.survey(alice.records().all()).getFirst();
    assertThat(free).isEqualTo(status.deposit());
  }

  @Test
  void doesNotPostAJobOfACpuLevelThatNoMediatorIsRegisteredFor() throws Exception {
    JobRequest job = market.request(NONE);
    JobRequest newer =
        new JobRequest(
            job.image(),
            job.command(),
            job.environment(),
            job.input(),
            job.output(),
            job.collect(),
            job.cpus(),
            CpuLevel.X86_64_V3,
            job.limits(),
            job.maxPrices(),
            job.deadline(),
            job.expiry(),
            job.incentive(),
            job.verify(),
            job.comparator(),
            job.directory(),
            job.mediators(),
            job.architecture(),
            false);
    assertThatThrownBy(() -> alice.submit(newer, PackagingProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has amd64, not amd64-v3");
    assertThat(alice.records().all()).isEmpty();

    Architecture v3 = Architecture.AMD64.at(CpuLevel.X86_64_V3);
    market.mediator.submit(
        new Command.RegisterMediator(
            market.mediator.account(), new Mediator(v3, Prices.of(1, 1), Wei.of(7))));
    JobHandle posted = alice.submit(newer, PackagingProgress.NONE);
    assertThat(posted.record().offer().architecture()).isEqualTo(v3);
  }

  @Test
  void depositsNothingWhenToldSo() throws Exception {
    alice = market.jobCreator(SmallMarket.options().depositing(false));
    assertThatThrownBy(() -> submit(NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a deposit of")
        .hasMessageContaining("none is taken from the wallet");
    assertThat(alice.records().all()).isEmpty();
  }

  @Test
  void postsItsOfferOnTheChainWhenToldSo() throws Exception {
    alice = market.onChainJobCreator();
    JobHandle job = matched(NONE);
    assertThat(market.book.jobOffers()).isEmpty();
    assertThat(market.chain.state().stage(job.id())).isEqualTo(Stage.AWAITING_RESULT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOfferWhosePostingWasCutShortIsNotPostedTwiceNorComplainedOf(boolean posted)
      throws Exception {
    alice = market.onChainJobCreator();
    JobHandle job = submit(NONE);
    Consumer<Command> outage =
        command -> {
          if (command instanceof Command.PostJobOffer) {
            throw new LedgerUnavailable("the connection broke");
          }
        };
    if (posted) {
      market.chain.afterSubmit(outage);
    } else {
      market.chain.beforeSubmit(outage);
    }
    assertThatThrownBy(this::settle).isInstanceOf(LedgerUnavailable.class);
    market.chain.beforeSubmit(command -> {});
    market.chain.afterSubmit(command -> {});

    settle();

    assertThat(market.chain.state().postedJobOffers()).hasSize(1);
    assertThat(job.status().orElseThrow().problem()).isEmpty();
  }

  @Test
  void acceptsWhatIsDueAtOnceInOneTransaction() throws Exception {
    JobHandle first = submit(NONE);
    JobHandle second = submit(NONE);
    for (int i = 0; i < 4; i++) {
      alice.step();
    }
    market.solverMatches();
    market.providerPosts(ANSWER, new Usage(100, 20));
    market.chain.setGasPrice(Wei.of(1));
    settle();

    assertThat(first.status().orElseThrow().isAccepted()).isTrue();
    assertThat(second.status().orElseThrow().isAccepted()).isTrue();
    List<RecordedEvent> closed =
        market.alice.events(0, market.alice.head().number()).stream()
            .filter(recorded -> recorded.event() instanceof MarketEvent.MatchClosed)
            .toList();
    assertThat(closed).hasSize(2);
    assertThat(closed.getFirst().block()).isEqualTo(closed.getLast().block());
    assertThat(List.of(first, second))
        .as("each bears its part of the cost")
        .allSatisfy(
            job ->
                assertThat(job.status().orElseThrow().fees()).isEqualTo(Wei.of(InMemoryChain.GAS)));
  }

  @Test
  void endsJobsWhoseOffersWereCancelledByTheAccountsNonceFloor() throws Exception {
    alice = market.onChainJobCreator();
    JobHandle job = submit(NONE);
    settle();
    long floor = OfferNonces.floorAfter(SmallMarket.START, 0);
    market.alice.submit(new Command.RaiseNonceFloor(market.alice.account(), floor));
    settle();
    assertThat(job.status().orElseThrow().end()).contains(JobEnd.CANCELLED);

    JobHandle later = submit(NONE);
    settle();
    assertThat(later.record().offer().nonce()).isGreaterThanOrEqualTo(floor);
    assertThat(later.status().orElseThrow().stage()).isEqualTo(Stage.POSTED);
  }

  @Test
  void rejectsAnotherOutputThanItsOwnRunHas() throws Exception {
    matched(ALWAYS);
    market.providerPosts(Map.of("answer.txt", "43\n"), new Usage(100, 20));
    settle();
    assertThat(rejection()).isEqualTo(RejectReason.WRONG_RESULTS);
    assertThat(folder.resolve("results")).doesNotExist();
  }

  /** Its own run took 100 instructions: too few to tell from the start of a container. */
  private static final long MOST_WITHIN_TOLERANCE =
      MarketParameters.INSTRUCTION_NOISE + MarketParameters.INSTRUCTION_NOISE / 10;

  @Test
  void rejectsACostFarAboveItsOwnRuns() throws Exception {
    matched(ALWAYS);
    market.providerPosts(ANSWER, new Usage(MOST_WITHIN_TOLERANCE + 1, 20));
    settle();
    assertThat(rejection()).isEqualTo(RejectReason.TOO_MUCH_COST);
  }

  @Test
  void acceptsACostWithinTheTolerance() throws Exception {
    matched(ALWAYS);
    market.providerPosts(ANSWER, new Usage(MOST_WITHIN_TOLERANCE, 20));
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void doesNotDisputeCpuTimeWhenItDoesNotKnowTheSpeedOfItsOwnMachine() throws Exception {
    alice = market.jobCreator(SmallMarket.options().measuringBy(OptionalLong.empty()));
    matched(ALWAYS);
    market.providerPosts(ANSWER, new Usage(MOST_WITHIN_TOLERANCE * 2, 20));
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void rejectsAnotherStatusThanItsOwnRunHas() throws Exception {
    matched(ALWAYS);
    market.providerPosts(ResultStatus.EXCEPTION_OCCURRED, new Usage(100, 20));
    settle();
    assertThat(rejection()).isEqualTo(RejectReason.INVALID_RESULT_STATUS);
  }

  @Test
  void rejectsThatItsJobIsNotThereWhenItIs() throws Exception {
    matched(NONE);
    market.providerPosts(ResultStatus.JOB_NOT_FOUND, new Usage(0, 0));
    settle();
    assertThat(rejection()).isEqualTo(RejectReason.INVALID_RESULT_STATUS);
  }

  @Test
  void acceptsThatItsJobIsNotThereWhenAPartIsLost() throws Exception {
    matched(NONE);
    market.store.lose(market.alice.account(), market.image.manifest().sha256());
    market.providerPosts(ResultStatus.JOB_NOT_FOUND, new Usage(0, 0));
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void acceptsADeclinedJobSinceItIsFree() throws Exception {
    JobHandle job = matched(ALWAYS);
    market.providerPosts(ResultStatus.DECLINED, new Usage(50, 50));
    settle();
    JobStatus end = job.status().orElseThrow();
    assertThat(end.end()).contains(JobEnd.CLOSED);
    assertThat(end.isAccepted()).isFalse();
    assertThat(market.engine.starts()).isEmpty();
  }

  @Test
  void trustsAResultThatWasNotDrawn() throws Exception {
    matched(NONE);
    market.providerPosts(Map.of("answer.txt", "43\n"), new Usage(100, 20));
    settle();
    assertThat(market.engine.starts()).isEmpty();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void waitsALittleForAResultThatIsNotAnnouncedAndThenRejectsIt() throws Exception {
    matched(NONE);
    market.post(
        market.onlyMatch(), ResultStatus.COMPLETED, market.putOutput(ANSWER), new Usage(1, 1));
    alice.step();
    alice.step();
    assertThat(market.chain.state().stage(market.onlyMatch().id()))
        .isEqualTo(Stage.AWAITING_REACTION);
    market.chain.advance(30);
    alice.step();
    assertThat(rejection()).isEqualTo(RejectReason.RESULT_NOT_FOUND);
  }

  @Test
  void rejectsAnAnnouncementOfSomethingElseThanWasPosted() throws Exception {
    matched(NONE);
    Digest other = market.putOutput(Map.of("other.txt", "?"));
    market.store.viewOf(market.bob.account()).announceResult(market.onlyMatch().id(), other);
    market.post(
        market.onlyMatch(), ResultStatus.COMPLETED, market.putOutput(ANSWER), new Usage(1, 1));
    alice.step();
    market.chain.advance(30);
    alice.step();
    assertThat(rejection()).isEqualTo(RejectReason.RESULT_NOT_FOUND);
  }

  @Test
  void rejectsAResultWhoseFilesAreSpoilt() throws Exception {
    matched(NONE);
    market.store.goDown();
    market.store.comeUp();
    market.providerPosts(ANSWER, new Usage(1, 1));
    market.store.spoil(
        market.bob.account(), modicum.protocol.content.Sha256.ofUtf8("42\n").sha256());
    alice.step();
    market.chain.advance(30);
    alice.step();
    assertThat(rejection()).isEqualTo(RejectReason.RESULT_NOT_FOUND);
  }

  @Test
  void rejectsForAnUnreachableDirectoryOnlyWhenTheDeadlineIsNear() throws Exception {
    matched(NONE);
    market.providerPosts(ANSWER, new Usage(1, 1));
    market.store.goDown();
    assertThatThrownBy(alice::step).hasMessageContaining("is down");
    market.chain.advance(SmallMarket.REACTION_WINDOW - 150);
    assertThatThrownBy(alice::step).hasMessageContaining("is down");
    market.chain.advance(60);
    alice.step();
    assertThat(rejection()).isEqualTo(RejectReason.DIRECTORY_UNAVAILABLE);
  }

  @Test
  void aDirectoryThatComesBackInTimeIsNoReasonToReject() throws Exception {
    matched(NONE);
    market.providerPosts(ANSWER, new Usage(1, 1));
    market.store.goDown();
    assertThatThrownBy(alice::step).hasMessageContaining("is down");
    market.store.comeUp();
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void acceptsUnverifiedWhenTheEngineStaysAwayUntilTheDeadlineIsNear() throws Exception {
    matched(ALWAYS);
    market.providerPosts(ANSWER, new Usage(1, 1));
    alice.step();
    market.engine.goDown();
    assertThatThrownBy(alice::step).hasMessageContaining("down");
    market.chain.advance(SmallMarket.REACTION_WINDOW - 50);
    alice.step();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void collectsTheOutputAlsoWhenItWasAcceptedBySilence() throws Exception {
    JobHandle job = matched(NONE);
    market.providerPosts(ANSWER, new Usage(1, 1));
    market.chain.advance(SmallMarket.REACTION_WINDOW + 1);
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED_BY_SILENCE);
    assertThat(job.status().orElseThrow().end()).contains(JobEnd.COLLECTED);
    assertThat(folder.resolve("results/answer.txt")).exists();
  }

  @Test
  void getsItsDepositBackWhenTheProviderIsSilent() throws Exception {
    matched(NONE);
    market.chain.advance(3601);
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.RESULT_OVERDUE);
  }

  @Test
  void getsItsDepositBackWhenTheMediatorIsSilent() throws Exception {
    matched(ALWAYS);
    market.providerPosts(Map.of("answer.txt", "43\n"), new Usage(100, 20));
    settle();
    market.chain.advance(SmallMarket.MEDIATION_WINDOW + 1);
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.MEDIATION_OVERDUE);
    assertThat(folder.resolve("results")).doesNotExist();
  }

  @Test
  void takesTheOutputWhenTheMediatorFindsItRight() throws Exception {
    matched(ALWAYS);
    market.providerPosts(Map.of("answer.txt", "43\n"), new Usage(100, 20));
    settle();
    market.mediator.submit(
        new Command.PostVerdict(
            market.mediator.account(),
            market.onlyMatch().id(),
            Verdict.CORRECT_RESULTS,
            new Usage(100, 20),
            market.image.id()));
    settle();
    assertThat(Files.readString(folder.resolve("results/answer.txt"))).isEqualTo("43\n");
  }

  @Test
  void forgetsAJobThatNobodyTook() throws Exception {
    JobHandle job = submit(NONE);
    alice.step();
    market.chain.advance(3601);
    settle();
    assertThat(job.status().orElseThrow().end()).contains(JobEnd.EXPIRED);
  }

  @Test
  void noticesThatItsOfferWasCancelled() throws Exception {
    JobHandle job = submit(NONE);
    market.alice.submit(new Command.CancelJobOffer(market.alice.account(), job.record().offer()));
    settle();
    assertThat(job.status().orElseThrow().end()).contains(JobEnd.CANCELLED);
  }

  @Test
  void aCheckerDecidesInsteadOfAnOwnRun() throws Exception {
    market.engine.otherwise(
        request ->
            request.name().attempt() == 1
                ? checked(request.input().orElseThrow())
                : ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1));
    matched(new VerificationPolicy.Checker(SmallMarket.CHECKER));
    market.providerPosts(Map.of("answer.txt", "42, written otherwise\n"), new Usage(100, 20));
    settle();
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
    assertThat(market.engine.starts()).hasSize(1);
  }

  @Test
  void aCheckerThatFailsIsAReasonToReject() throws Exception {
    market.engine.otherwise(request -> ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1));
    matched(new VerificationPolicy.Checker(SmallMarket.CHECKER));
    market.providerPosts(ANSWER, new Usage(100, 20));
    settle();
    assertThat(rejection()).isEqualTo(RejectReason.WRONG_RESULTS);
  }

  /** The comparator's exit code decides about an output that differs from the own run's. */
  private void compared(ScriptedOutcome answer) throws Exception {
    market.engine.otherwise(
        request -> request.name().attempt() == 0 ? ScriptedOutcome.completed(ANSWER, 100) : answer);
    alice.submit(market.request(ALWAYS, SmallMarket.CHECKER), PackagingProgress.NONE);
    for (int i = 0; i < 4; i++) {
      alice.step();
    }
    market.solverMatches();
    market.providerPosts(Map.of("answer.txt", "42.0\n"), new Usage(100, 20));
    settle();
  }

  @Test
  void aComparatorThatSaysEqualIsBelieved() throws Exception {
    compared(ScriptedOutcome.completed(Map.of(), 1));
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  @Test
  void aComparatorThatSaysDifferentIsBelieved() throws Exception {
    compared(ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1));
    assertThat(rejection()).isEqualTo(RejectReason.WRONG_RESULTS);
  }

  @Test
  void aComparatorThatFailsIsNoReasonToReject() throws Exception {
    compared(ScriptedOutcome.ended(ResultStatus.INSTRUCTIONS_EXCEEDED, 1));
    assertThat(market.closed().orElseThrow().reason()).isEqualTo(ClosingReason.ACCEPTED);
  }

  private static ScriptedOutcome checked(Path seen) {
    boolean right =
        Files.exists(seen.resolve("input/question.txt"))
            && Files.exists(seen.resolve("output/answer.txt"));
    return right
        ? ScriptedOutcome.completed(new TreeMap<>(), 1)
        : ScriptedOutcome.ended(ResultStatus.EXCEPTION_OCCURRED, 1);
  }

  @Test
  void leavesNothingInTheEngineAfterAVerification() throws Exception {
    matched(ALWAYS);
    market.providerPosts(ANSWER, new Usage(100, 20));
    settle();
    assertThat(market.access().executor().get().runs()).isEmpty();
    assertThat(folder.resolve("state/work")).isEmptyDirectory();
  }

  @Test
  void doesNotUploadAnImageTwice() throws Exception {
    submit(NONE);
    long[] uploads = {0};
    alice.submit(
        market.request(NONE),
        (phase, done, total) -> {
          if (phase == PackagingProgress.Phase.UPLOADING_IMAGE
              || phase == PackagingProgress.Phase.EXPORTING_IMAGE) {
            uploads[0]++;
          }
        });
    assertThat(uploads[0]).isZero();
  }

  @Test
  void saysWhyNoSolverTakesItsOffer() throws Exception {
    market.book.refuse("the directory is not trusted by anyone");
    JobHandle job = submit(NONE);
    for (int i = 0; i < 5; i++) {
      alice.step();
    }
    assertThat(job.status().orElseThrow().problem().orElseThrow())
        .contains("the directory is not trusted by anyone");
  }

  @Test
  void saysOfAnUnknownImageWhatToDo() throws Exception {
    assertThatThrownBy(
            () ->
                alice.submit(
                    new modicum.jobcreator.file.JobFile(
                            "no/such:image",
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null)
                        .complete(folder),
                    PackagingProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no/such:image");
  }

  @Test
  void runsInTheBackgroundAndTellsWhenAJobEnds() throws Exception {
    JobHandle job = submit(ALWAYS);
    alice.start();
    while (market.book.jobOffers().isEmpty()) {
      Thread.sleep(5);
    }
    market.solverMatches();
    market.providerPosts(ANSWER, new Usage(100, 20));
    JobStatus end = job.awaitEnd(java.time.Duration.ofSeconds(30)).orElseThrow();
    alice.close();
    assertThat(end.isAccepted()).isTrue();
  }
}
