package modicum.acceptance.memory;

import static modicum.acceptance.memory.TestJob.checked;
import static modicum.acceptance.memory.TestJob.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.PrivateFile;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.result.FileTree;
import modicum.ledger.Submission;
import modicum.protocol.market.Command;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.FaultyParty;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Verdict;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * How matches over encrypted jobs end, whoever keeps the key back. Dora, who has the disks, never
 * reads a word of input and output.
 */
@ExtendWith(QuietLogs.class)
class EncryptedStoriesTest {
  @TempDir Path folder;

  private InMemoryMarket market;

  @BeforeEach
  void theMarketOpens() {
    market = new InMemoryMarket(folder.resolve("market"), Channel.ORDER_BOOK).opens();
  }

  /** Whatever the ending: Dora knows nothing, and no key is left about. */
  @AfterEach
  void everyoneCleansUp() {
    market.parties().forEach(Party::returns);
    market.runUntilCleanedUp();
    for (byte[] object : market.store().everything()) {
      assertThat(new String(object, StandardCharsets.ISO_8859_1))
          .doesNotContain("6 * 7")
          .doesNotContain("question")
          .doesNotContain("out.txt")
          .doesNotContain("the secret answer")
          .doesNotContain("AGE-SECRET-KEY");
    }
    market.parties().forEach(p -> assertThat(p.leftFiles()).as(p.name()).isEmpty());
    market.isGone();
  }

  private void closedAs(ClosingReason reason, ResultStatus status) {
    assertThat(market.closed().reason()).isEqualTo(reason);
    assertThat(market.closed().result()).map(Result::status).contains(status);
  }

  private void mediated(Verdict verdict, FaultyParty faulty) {
    assertThat(market.closed().mediation())
        .hasValueSatisfying(
            m -> {
              assertThat(m.verdict()).isEqualTo(verdict);
              assertThat(m.faultyParty()).isEqualTo(faulty);
            });
  }

  /** What the mediator wrote of how it came to its verdict. */
  private String evidence() {
    try {
      MatchState.Mediation mediation = market.closed().mediation().orElseThrow();
      byte[] file =
          market
              .store()
              .viewOf(market.mia().account())
              .read(market.mia().account(), mediation.evidence(), 1 << 20);
      return new String(file, StandardCharsets.UTF_8);
    } catch (Exception e) {
      throw new AssertionError("the evidence is not there", e);
    }
  }

  private void aliceRejects(RejectReason reason) {
    Command reject =
        new Command.RejectResult(market.alice().account(), market.onlyMatch().id(), reason);
    assertThat(market.alice().ledger().submit(reject)).isInstanceOf(Submission.Accepted.class);
  }

  /** From now on Alice has another key than her job's, and hands that one over. */
  private void aliceSwapsHerKey() {
    keyOfAlice().write(AgeKey.fresh().secret());
  }

  private List<String> runsOf(Party party) {
    return market.starts().keySet().stream()
        .map(run -> run.owner())
        .filter(owner -> owner.contains(party.account().toString().substring(2, 10)))
        .toList();
  }

  // ---------------------------------------------------------------- all well

  @Test
  void anEncryptedJobIsRunCheckedAndPaidAsAnyOther() {
    market.jobsComeTo(
        run -> {
          assertThat(run.input().orElseThrow().resolve("question.txt")).hasContent("6 * 7");
          return ScriptedOutcome.completed(Map.of("out.txt", "the secret answer"), 100);
        });

    market.alice().posts(checked().encrypted());
    market.runUntilQuiet();

    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
    market.bob().isPaid(300);
    market.alice().pays(300);
    market.alice().has(0, "out.txt", "the secret answer");
  }

  @Test
  void oneThatIsTrustedIsPaidForUnseen() {
    market.alice().posts(trusted().encrypted());
    market.runUntilQuiet();

    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
    market.alice().has(0, "out.txt", "42\n");
  }

  @Test
  void theProviderWaitsForAJobCreatorThatComesBack() {
    market.alice().posts(checked().encrypted());
    market.runUntil(Stage.AWAITING_RESULT);
    market.alice().leaves();
    for (int round = 0; round < 8; round++) {
      market.bob().die();
      market.runRounds(1);
    }
    market.alice().returns();
    market.runUntilQuiet();

    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
    assertThat(runsOf(market.bob())).hasSize(1);
  }

  // ---------------------------------------------------------------- disputes

  @Test
  void aForgedResultIsFoundOutByAMediatorThatIsGivenTheKey() {
    market.bob().forges();
    market.alice().posts(checked().encrypted());
    market.runUntilQuiet();

    mediated(Verdict.WRONG_RESULTS, FaultyParty.RESOURCE_PROVIDER);
    market.bob().losesItsStake();
    assertThat(evidence()).contains("encryptedTo");
  }

  @Test
  void aComparatorSeesTheClaimedOutputOpened() {
    market.jobsPutOutAboutTheSame();
    market.aboutTheSame(market.bob(), "43");
    market.alice().posts(checked().comparedBy(InMemoryMarket.COMPARATOR).encrypted());
    market.runUntilQuiet();

    mediated(Verdict.WRONG_RESULTS, FaultyParty.RESOURCE_PROVIDER);
  }

  @Test
  void outputsThatAreAboutEqualAreEqualAlsoEncrypted() {
    market.jobsPutOutAboutTheSame();
    market.alice().posts(checked().comparedBy(InMemoryMarket.COMPARATOR).encrypted());
    market.runUntilQuiet();

    closedAs(ClosingReason.ACCEPTED, ResultStatus.COMPLETED);
  }

  @Test
  void aResultThatIsKeptBackIsNotFound() {
    market.bob().uploadsNothing();
    market.alice().posts(checked().encrypted());
    market.runUntilQuiet();

    mediated(Verdict.RESULT_NOT_FOUND, FaultyParty.RESOURCE_PROVIDER);
  }

  @Test
  void whoDeniesARightResultAndKeepsTheKeyFromTheMediatorLosesAllTheSame() {
    market.alice().posts(trusted().encrypted());
    market.runUntil(
        () -> market.matches().stream().anyMatch(m -> m.state().postedResult().isPresent()));
    aliceRejects(RejectReason.RESULT_NOT_FOUND);
    market.alice().leaves();
    market.runUntilQuiet();

    mediated(Verdict.CORRECT_RESULTS, FaultyParty.JOB_CREATOR);
    assertThat(runsOf(market.mia())).as("with the key from Bob").hasSize(2);
    market.alice().losesHerStake();
  }

  @Test
  void whereNeitherHandsTheKeyOverTheJobIsNotThere() {
    market.alice().posts(trusted().encrypted());
    market.runUntil(
        () -> market.matches().stream().anyMatch(m -> m.state().postedResult().isPresent()));
    aliceRejects(RejectReason.WRONG_RESULTS);
    market.alice().leaves();
    market.bob().leaves();
    market.runUntilQuiet();

    mediated(Verdict.CORRECT_RESULTS, FaultyParty.JOB_CREATOR);
    assertThat(runsOf(market.mia())).isEmpty();
    assertThat(evidence()).contains("neither of its parties hands its key over");
  }

  // ------------------------------------------------- the key is not handed over

  @Test
  void aJobCreatorThatIsAwayHasAJobThatIsNotThere() {
    market.alice().posts(checked().encrypted());
    market.runUntil(Stage.AWAITING_RESULT);
    market.alice().leaves();
    market.runUntil(Stage.AWAITING_REACTION);
    market.alice().returns();
    market.runUntilQuiet();

    closedAs(ClosingReason.ACCEPTED, ResultStatus.JOB_NOT_FOUND);
    market.bob().isPaid(0);
  }

  @Test
  void aProviderThatLostItsDiskAfterItWasAnsweredGivesTheJobUp() {
    market.alice().posts(checked().encrypted());
    Path keys = market.bob().state().resolve("keys");
    market.runUntil(() -> Files.exists(keys));
    market.bob().leaves();
    market.runRounds(2);
    FileTree.delete(keys);
    market.bob().returns();
    market.runUntilQuiet();

    closedAs(ClosingReason.ACCEPTED, ResultStatus.DECLINED);
  }

  @Test
  void whoHandsTheKeyToTheMediatorOnlyIsAtFault() {
    market.alice().posts(checked().encrypted());
    market.runUntil(Stage.AWAITING_RESULT);
    market.alice().leaves();
    market.runUntil(Stage.AWAITING_REACTION);
    aliceRejects(RejectReason.INVALID_RESULT_STATUS);
    market.alice().returns();
    market.runUntilQuiet();

    mediated(Verdict.CORRECT_RESULTS, FaultyParty.JOB_CREATOR);
    assertThat(evidence()).contains("the job creator did not hand the job's key to the provider");
    market.alice().losesHerStake();
  }

  @Test
  void whoHandsAnotherKeyToTheProviderIsAtFault() {
    market.alice().posts(checked().encrypted());
    market.runUntil(Stage.AWAITING_RESULT);
    market.alice().leaves();
    AgeKey right = AgeKey.parse(keyOfAlice().read().orElseThrow());
    aliceSwapsHerKey();
    market.alice().returns();
    market.runUntil(() -> !market.onlyMatch().isOpen() || isPosted());
    market.alice().leaves();
    aliceRejects(RejectReason.INVALID_RESULT_STATUS);
    keyOfAlice().write(right.secret());
    market.alice().returns();
    market.runUntilQuiet();

    mediated(Verdict.CORRECT_RESULTS, FaultyParty.JOB_CREATOR);
    assertThat(evidence()).contains("the job creator handed another key than the job's");
  }

  private boolean isPosted() {
    return market.onlyMatch().state() instanceof MatchState.AwaitingReaction;
  }

  private PrivateFile keyOfAlice() {
    return new PrivateFile(
        market
            .alice()
            .state()
            .resolve("jobs")
            .resolve(market.alice().onlyJob().toHex())
            .resolve("key"));
  }

  @Test
  void aProviderThatWasGivenTheKeyCannotSayThatItWasNot() {
    market.bob().claims(ResultStatus.JOB_NOT_FOUND);
    market.alice().posts(checked().encrypted());
    market.runUntilQuiet();

    assertThat(market.rejections()).containsExactly(RejectReason.INVALID_RESULT_STATUS);
    mediated(Verdict.INVALID_RESULT_STATUS, FaultyParty.RESOURCE_PROVIDER);
    market.bob().losesItsStake();
  }
}
