package modicum.acceptance.memory;

import static modicum.acceptance.memory.TestJob.checked;
import static modicum.acceptance.memory.TestJob.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import modicum.directory.Directory;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageTransfer;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.record.JobEnd;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.ledger.RecordedEvent;
import modicum.protocol.content.Digest;
import modicum.protocol.job.JobSpec;
import modicum.protocol.market.MarketEvent;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One story for each way in which a match can end, with what everyone gets by number. Each side
 * stakes 20000 on a match: (penalty rate 2 + 2 runs) times the estimate of 1000 instructions at 5.
 * Beside it, each pays 5 to the mediator and 3 to the directory for being there, and its incentive
 * (2 and 1) to the solver. The job takes 100 instructions, and Bob charges 3 for one.
 */
@ExtendWith(QuietLogs.class)
@ParameterizedClass
@EnumSource
class MarketStoriesTest {
  /** How all offers of the story are made known: the endings are the same. */
  @Parameter Channel channel;

  @TempDir Path folder;

  private InMemoryMarket market;

  @BeforeEach
  void theMarketOpens() {
    market = new InMemoryMarket(folder.resolve("market"), channel).opens();
  }

  /** Whatever the ending: nothing is run twice, and nothing is left about. */
  @AfterEach
  void everyoneCleansUp() {
    market.store().comeUp();
    market.parties().forEach(Party::returns);
    market.runUntilCleanedUp();
    assertThat(market.starts().values()).allMatch(n -> n == 1);
    assertThat(market.leftRuns()).isEmpty();
    market.parties().forEach(p -> assertThat(p.leftFiles()).as(p.name()).isEmpty());
    market.isGone();
  }

  private void settled(long jobCreator, long provider, long mediator, long directory, long sink) {
    assertThat(market.closed().settlement())
        .isEqualTo(
            new Settlement(
                Wei.of(jobCreator),
                Wei.of(provider),
                Wei.of(mediator),
                Wei.of(directory),
                Wei.of(sink)));
    assertThat(market.balanceOf(market.mia().account())).isEqualTo(mediator);
    assertThat(market.balanceOf(market.directory())).isEqualTo(directory);
    assertThat(market.balanceOf(market.sam().account())).isEqualTo(3);
  }

  private void mediated(RejectReason why, Verdict verdict) {
    assertThat(market.rejections()).containsExactly(why);
    assertThat(market.closed().reason()).isEqualTo(ClosingReason.MEDIATED);
    assertThat(market.closed().mediation()).map(MatchState.Mediation::verdict).contains(verdict);
  }

  private void closedAs(ClosingReason reason, ResultStatus status) {
    assertThat(market.closed().reason()).isEqualTo(reason);
    assertThat(market.closed().result()).map(Result::status).contains(status);
  }

  // ---------------------------------------------------------------- accepted

  @Test
  void aRightResultIsCheckedAndPaidFor() {
    market.alice().posts(checked());
    market.runUntilQuiet();
    market.bob().isPaid(300);
    market.alice().pays(300);
    market.alice().has(0, "out.txt", "42\n");
    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
    settled(19_700, 20_300, 10, 6, 0);
    assertThat(market.starts()).as("Bob's run, and Alice's own").hasSize(2);
  }

  @Test
  void aTrustedResultIsPaidForUnseen() {
    market.alice().posts(trusted());
    market.runUntilQuiet();
    market.bob().isPaid(300);
    market.alice().has(0, "out.txt", "42\n");
    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
    settled(19_700, 20_300, 10, 6, 0);
    assertThat(market.starts()).as("Bob's run").hasSize(1);
  }

  @Test
  void everyByteThatAJobMovesIsClaimedOnce() throws Exception {
    market.alice().posts(trusted());
    market.runUntilQuiet();
    Directory alices = market.store().viewOf(market.alice().account());
    JobOffer offer = market.onlyMatch().jobOffer();
    JobSpec spec = JobTransfer.readSpec(alices, offer.jobCreator(), offer.jobDigest());
    Digest output =
        alices.findResult(market.onlyMatch().id(), market.bob().account()).orElseThrow();
    long image =
        new ImageTransfer(alices).readManifest(offer.jobCreator(), spec.image().manifest()).size();
    long job = spec.canonical().length + spec.image().manifest().size() + image;
    long input = spec.input().orElseThrow().size() + "6 * 7\n".length();
    assertThat(market.closed().result())
        .map(Result::usage)
        .contains(new Usage(100, job + input + output.size() + "42\n".length()));
  }

  @Test
  void aResultIsAcceptedByTheSilenceOfItsJobCreator() {
    market.alice().posts(checked());
    market.runUntil(Stage.AWAITING_RESULT);
    market.alice().leaves();
    market.runUntilQuiet();
    market.timePasses(InMemoryMarket.REACTION_WINDOW + 1);
    market.runUntilQuiet();
    market.bob().isPaid(300);
    closedAs(ClosingReason.ACCEPTED_BY_SILENCE, ResultStatus.COMPLETED);
    settled(19_700, 20_300, 10, 6, 0);

    market.alice().returns();
    market.runUntilQuiet();
    market.alice().has(0, "out.txt", "42\n");
  }

  @Test
  void theDearerProviderGetsWhatTheCheaperOneHasNoSlotFor() {
    market.alice().posts(checked());
    market.alice().posts(checked());
    market.runUntilQuiet();
    market.bob().isPaid(300);
    market.carol().isPaid(400);
    market.alice().pays(700);
    market.alice().has(0, "out.txt", "42\n");
    market.alice().has(1, "out.txt", "42\n");
  }

  /** The result of a job that goes wrong is right where it says so. */
  @ParameterizedTest
  @CsvSource({
    "JOB_DESCRIPTION_ERROR, 100, 300",
    "MEMORY_EXCEEDED, 100, 300",
    "STORAGE_EXCEEDED, 100, 300",
    "EXCEPTION_OCCURRED, 70, 210",
    "INSTRUCTIONS_EXCEEDED, 1000, 3000",
  })
  void aJobThatEndsBadlyIsPaidForAsFarAsItCame(ResultStatus status, long instructions, long cost) {
    market.jobsComeTo(run -> ScriptedOutcome.ended(status, instructions));
    market.alice().posts(checked());
    market.runUntilQuiet();
    market.bob().isPaid(cost);
    closedAs(ClosingReason.ACCEPTED, status);
    settled(20_000 - cost, 20_000 + cost, 10, 6, 0);
    market.alice().hasNoOutput();
  }

  @Test
  void aJobThatIsTooLargeToMoveIsNotRun() {
    market.alice().posts(checked().moving(100));
    market.runUntilQuiet();
    closedAs(ClosingReason.ACCEPTED, ResultStatus.BANDWIDTH_EXCEEDED);
    settled(20_000, 20_000, 10, 6, 0);
    assertThat(market.starts()).isEmpty();
  }

  @Test
  void aJobThatTheDirectoryLostIsNotFound() {
    market.alice().posts(checked());
    market.runUntil(() -> !market.alice().records().isEmpty());
    market
        .store()
        .lose(market.alice().account(), market.alice().records().getFirst().offer().jobDigest());
    market.runUntilQuiet();
    closedAs(ClosingReason.ACCEPTED, ResultStatus.JOB_NOT_FOUND);
    settled(20_000, 20_000, 10, 6, 0);
    assertThat(market.starts()).isEmpty();
  }

  @Test
  void aProviderThatWouldBeLateDeclines() {
    market.bob().isSlow();
    market.alice().posts(checked());
    market.runUntilQuiet();
    market.timePasses(TestJob.DEADLINE - 60);
    market.runUntil(Stage.CLOSED);
    closedAs(ClosingReason.ACCEPTED, ResultStatus.DECLINED);
    settled(20_000, 20_000, 10, 6, 0);
    market.alice().hasNoOutput();
  }

  @Test
  void aProviderThatCannotReachTheDirectoryIsOwedNothing() {
    market.alice().posts(checked());
    market.runUntil(Stage.AWAITING_RESULT);
    market.store().goDown();
    market.runUntil(Stage.CLOSED);
    closedAs(ClosingReason.ACCEPTED, ResultStatus.DIRECTORY_UNAVAILABLE);
    settled(20_000, 20_000, 10, 6, 0);
  }

  @Test
  void whatTheJobsComparatorCallsEqualIsNotForged() {
    market.jobsPutOutAboutTheSame();
    market.alice().posts(checked().comparedBy(InMemoryMarket.COMPARATOR));
    market.runUntilQuiet();
    market.bob().isPaid(300);
    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
    assertThat(market.starts()).as("Bob's run, Alice's own, and a comparison").hasSize(3);
  }

  // ---------------------------------------------------------------- overdue

  @Test
  void aProviderThatNeverPostsAResultPaysTheEstimate() {
    market.alice().posts(checked());
    market.runUntil(Stage.AWAITING_RESULT);
    market.bob().leaves();
    market.timePasses(TestJob.DEADLINE + 1);
    market.runUntilQuiet();
    assertThat(market.closed().reason()).isEqualTo(ClosingReason.RESULT_OVERDUE);
    assertThat(market.closed().result()).isEmpty();
    market.bob().isPaid(-5000);
    settled(25_000, 15_000, 10, 6, 0);
  }

  @Test
  void aSilentMediatorIsPaidNothingAndTheSidesMeetHalfWay() {
    market.bob().forges();
    market.alice().posts(checked());
    market.mia().leaves();
    market.runUntil(Stage.IN_MEDIATION);
    market.timePasses(InMemoryMarket.MEDIATION_WINDOW + 1);
    market.runUntilQuiet();
    closedAs(ClosingReason.MEDIATION_OVERDUE, ResultStatus.COMPLETED);
    settled(17_505, 22_505, 0, 6, 0);
    market.alice().hasNoOutput();
  }

  // --------------------------------------------------------------- mediated

  @Test
  void aForgedResultCostsItsProviderTheStake() {
    market.bob().forges();
    market.alice().posts(checked());
    market.runUntilQuiet();
    mediated(RejectReason.WRONG_RESULTS, Verdict.WRONG_RESULTS);
    market.alice().pays(-300);
    settled(20_300, 0, 210, 6, 19_500);
    market.alice().hasNoOutput();
  }

  @Test
  void aForgedResultIsFoundOutByTheJobsComparatorToo() {
    market.jobsPutOutAboutTheSame();
    market.aboutTheSame(market.bob(), "43");
    market.alice().posts(checked().comparedBy(InMemoryMarket.COMPARATOR));
    market.runUntilQuiet();
    mediated(RejectReason.WRONG_RESULTS, Verdict.WRONG_RESULTS);
    settled(20_300, 0, 210, 6, 19_500);
  }

  @Test
  void aJobThatPutsOutSomethingElseEachTimeCostsItsCreatorTheStake() {
    market.jobsComeTo(
        run ->
            ScriptedOutcome.completed(
                Map.of("out.txt", run.name().owner() + run.name().attempt()), 100));
    market.alice().posts(checked());
    market.runUntilQuiet();
    mediated(RejectReason.WRONG_RESULTS, Verdict.NON_DETERMINISTIC_JOB);
    market.alice().losesHerStake();
    settled(0, 20_300, 210, 6, 19_500);
  }

  @Test
  void aJobCreatorThatRejectsARightResultLosesTheStake() {
    market.alice().hasACheckerThatRefusesEverything();
    market
        .alice()
        .posts(checked().checkedBy(new VerificationPolicy.Checker(InMemoryMarket.CHECKER)));
    market.runUntilQuiet();
    mediated(RejectReason.WRONG_RESULTS, Verdict.CORRECT_RESULTS);
    market.alice().losesHerStake();
    settled(0, 20_300, 210, 6, 19_500);
    market.alice().has(0, "out.txt", "42\n");
  }

  @Test
  void aProviderThatClaimsTooMuchWorkLosesTheStake() {
    market.bob().claims(1000);
    market.alice().posts(checked());
    market.runUntilQuiet();
    mediated(RejectReason.TOO_MUCH_COST, Verdict.TOO_MUCH_COST);
    market.bob().losesItsStake();
    settled(23_000, 0, 210, 6, 16_800);
  }

  @Test
  void aLittleMoreWorkThanElsewhereIsNoFault() {
    market.bob().claims(110);
    market.alice().posts(checked());
    market.runUntilQuiet();
    market.bob().isPaid(330);
    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
  }

  @Test
  void aProviderThatSaysTheJobFailedWhenItDoesNotLosesTheStake() {
    market.bob().claims(ResultStatus.EXCEPTION_OCCURRED);
    market.alice().posts(checked());
    market.runUntilQuiet();
    mediated(RejectReason.INVALID_RESULT_STATUS, Verdict.INVALID_RESULT_STATUS);
    settled(20_300, 0, 210, 6, 19_500);
  }

  @Test
  void aProviderThatKeepsItsResultToItselfLosesTheStake() {
    market.bob().uploadsNothing();
    market.alice().posts(checked());
    market.runUntilQuiet();
    mediated(RejectReason.RESULT_NOT_FOUND, Verdict.RESULT_NOT_FOUND);
    settled(20_300, 0, 10, 6, 19_700);
  }

  @Test
  void aDirectoryThatWasDownIsAtFaultAndIsPaidNothing() {
    market.alice().posts(checked());
    market.runUntil(Stage.AWAITING_REACTION);
    market.store().goDown();
    market.timePasses(InMemoryMarket.REACTION_WINDOW - 60);
    market.runUntil(Stage.IN_MEDIATION);
    market.store().comeUp();
    market.runUntilQuiet();
    mediated(RejectReason.DIRECTORY_UNAVAILABLE, Verdict.DIRECTORY_UNAVAILABLE);
    settled(20_003, 20_003, 10, 0, 0);
  }

  @Test
  void aDirectoryThatNeverComesBackIsJudgedWithoutIt() {
    market.alice().posts(checked());
    market.runUntil(Stage.AWAITING_REACTION);
    market.store().goDown();
    market.timePasses(InMemoryMarket.REACTION_WINDOW - 60);
    market.runUntil(Stage.IN_MEDIATION);
    market.timePasses(InMemoryMarket.MEDIATION_WINDOW - 60);
    market.runUntil(Stage.CLOSED);
    mediated(RejectReason.DIRECTORY_UNAVAILABLE, Verdict.DIRECTORY_UNAVAILABLE);
    settled(20_003, 20_003, 10, 0, 0);
  }

  // --------------------------------------------------------------- together

  /** Blocks in which something of this kind happened. */
  private long blocksOf(Class<? extends MarketEvent> kind) {
    return market.events(kind).map(RecordedEvent::block).distinct().count();
  }

  @Test
  void whatIsDueAtOnceSharesItsTransactions() {
    market.alice().posts(checked());
    market.alice().posts(checked());
    market.runUntilQuiet();
    assertThat(market.matches()).hasSize(2);
    assertThat(blocksOf(MarketEvent.Matched.class)).as("the solver's").isEqualTo(1);
    assertThat(blocksOf(MarketEvent.ResultPosted.class)).as("of two providers").isEqualTo(2);
    assertThat(blocksOf(MarketEvent.MatchClosed.class)).as("the job creator's").isEqualTo(1);
  }

  // -------------------------------------------------------------- unmatched

  @Test
  void offersAreKnownByTheChainOrByTheSolverAloneAsTheirOwnersWish() {
    market.alice().posts(checked());
    market.runUntilQuiet();
    boolean onChain = channel == Channel.ON_CHAIN;
    assertThat(market.events(MarketEvent.JobOfferPosted.class)).hasSize(onChain ? 1 : 0);
    assertThat(market.events(MarketEvent.ResourceOfferPosted.class).findAny().isPresent())
        .isEqualTo(onChain);
    market.bob().isPaid(300);
  }

  @Test
  void allThatIsOfferedIsCancelledAtOnce() {
    market.alice().posts(checked().payingAtMost(1));
    market.alice().posts(checked().payingAtMost(2));
    market.runUntilQuiet();
    market.alice().raisesItsNonceFloor();
    market.runUntilQuiet();
    assertThat(market.alice().ends()).containsExactly(JobEnd.CANCELLED, JobEnd.CANCELLED);

    market.alice().posts(checked());
    market.runUntilQuiet();
    market.bob().isPaid(300);
  }

  @Test
  void aProviderThatCancelsItsOffersIsMatchedByItsNewOnesOnly() {
    market.bob().leaves();
    market.bob().raisesItsNonceFloor();
    market.alice().posts(checked());
    market.runUntilQuiet();
    market.carol().isPaid(400);

    market.bob().returns();
    market.runUntilQuiet();
    market.alice().posts(checked());
    market.runUntilQuiet();
    market.bob().isPaid(300);
  }

  @Test
  void anOfferThatNobodyTakesIsCancelledForFree() {
    market.alice().posts(checked().payingAtMost(1));
    market.runUntilQuiet();
    assertThat(market.matches()).isEmpty();
    market.alice().cancels();
    market.runUntilQuiet();
    assertThat(market.alice().ends()).containsExactly(JobEnd.CANCELLED);
    assertThat(market.chain().state().stage(market.alice().onlyJob())).isEqualTo(Stage.CANCELLED);
    assertThat(market.chain().state().balance(market.alice().account()).locked())
        .isEqualTo(Wei.ZERO);
  }

  @Test
  void anOfferThatNobodyTakesExpires() {
    market.alice().posts(checked().payingAtMost(1));
    market.runUntilQuiet();
    market.timePasses(TestJob.DEADLINE + 1);
    market.runUntilQuiet();
    assertThat(market.alice().ends()).containsExactly(JobEnd.EXPIRED);
    assertThat(market.matches()).isEmpty();
  }
}
