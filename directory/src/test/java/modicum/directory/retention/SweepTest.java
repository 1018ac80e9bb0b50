package modicum.directory.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.MatchAccess;
import modicum.directory.MatchAccess.Stage;
import modicum.directory.ScriptedRegister;
import modicum.directory.TestKeys;
import modicum.directory.access.Reach;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final Address ALICE = TestKeys.addressOf("alice");
  private static final Address BOB = TestKeys.addressOf("bob");
  private static final Address MEDIATOR = TestKeys.addressOf("mediator");
  private static final Digest JOB = Sha256.ofUtf8("job");
  private static final Digest RESULT = Sha256.ofUtf8("result");
  private static final Digest EVIDENCE = Sha256.ofUtf8("evidence");
  private static final Digest DIARY = Sha256.ofUtf8("diary");
  private static final Duration AFTER_CLOSE = Duration.ofDays(3);
  private static final Duration UNMATCHED = Duration.ofDays(7);
  private static final long CLOSED_AT = 1_000_000;

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final MemoryShelves shelves = new MemoryShelves(now::get);
  private final ScriptedRegister register = new ScriptedRegister();
  private boolean storageAnswers = true;
  private final Sweep sweep =
      new Sweep(
          shelves,
          register,
          new Reaching(),
          new Retention(AFTER_CLOSE, UNMATCHED),
          TestKeys.addressOf("directory"),
          now::get);

  private final class Reaching implements Reach {
    @Override
    public boolean ofJob(MatchAccess match, Bytes32 sha256) {
      return job(match).contains(sha256);
    }

    @Override
    public boolean ofResult(MatchAccess match, Bytes32 sha256) {
      return result(match).contains(sha256);
    }

    @Override
    public Set<Bytes32> job(MatchAccess match) {
      if (!storageAnswers) {
        throw new DirectoryUnavailable("no manifest can be read now");
      }
      return Set.of(JOB.sha256());
    }

    @Override
    public Set<Bytes32> result(MatchAccess match) {
      return Set.of(RESULT.sha256());
    }
  }

  @BeforeEach
  void everyoneHasPutSomething() {
    shelves.put(ALICE, JOB);
    shelves.put(ALICE, DIARY);
    shelves.put(BOB, RESULT);
    shelves.put(MEDIATOR, EVIDENCE);
  }

  private void say(Stage stage) {
    register.say(
        new MatchAccess(
            new MatchId(Sha256.ofUtf8("a match").sha256()),
            ALICE,
            BOB,
            MEDIATOR,
            JOB.sha256(),
            stage,
            stage != Stage.AWAITING_RESULT,
            stage == Stage.CLOSED ? OptionalLong.of(CLOSED_AT) : OptionalLong.empty(),
            stage == Stage.CLOSED ? Optional.of(EVIDENCE.sha256()) : Optional.empty()));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toSeconds());
  }

  @Test
  void nothingGoesBeforeItsTime() {
    pass(UNMATCHED);

    assertThat(sweep.run()).isEqualTo(new Sweep.Swept(0, 0, 0));
    assertThat(shelves.has(ALICE, DIARY)).isTrue();
  }

  @Test
  void whatIsOnTheShelfStays() {
    Address directory = TestKeys.addressOf("directory");
    shelves.put(directory, DIARY);
    pass(UNMATCHED.multipliedBy(10));

    sweep.run();

    assertThat(shelves.has(directory, DIARY)).isTrue();
  }

  @Test
  void whatNoMatchReachesGoesAfterIt() {
    say(Stage.IN_MEDIATION);
    pass(UNMATCHED.plusSeconds(1));

    assertThat(sweep.run().objects()).isEqualTo(2);
    assertThat(shelves.has(ALICE, JOB)).isTrue();
    assertThat(shelves.has(BOB, RESULT)).isTrue();
    assertThat(shelves.has(ALICE, DIARY)).isFalse();
    assertThat(shelves.has(MEDIATOR, EVIDENCE)).as("no verdict names it").isFalse();
  }

  @Test
  void theSameBytesOfSomeoneElseAreNotReached() {
    say(Stage.IN_MEDIATION);
    shelves.put(BOB, JOB);
    pass(UNMATCHED.plusSeconds(1));
    sweep.run();

    assertThat(shelves.has(ALICE, JOB)).isTrue();
    assertThat(shelves.has(BOB, JOB)).isFalse();
  }

  @Test
  void whatAClosedMatchNeededStaysForTheStatedTime() {
    say(Stage.CLOSED);
    pass(UNMATCHED.plusSeconds(1));
    register.setBlockTime(CLOSED_AT + AFTER_CLOSE.toSeconds());
    sweep.run();
    assertThat(shelves.has(ALICE, JOB)).isTrue();
    assertThat(shelves.has(BOB, RESULT)).isTrue();
    assertThat(shelves.has(MEDIATOR, EVIDENCE)).isTrue();

    register.setBlockTime(CLOSED_AT + AFTER_CLOSE.toSeconds() + 1);
    sweep.run();

    assertThat(shelves.has(ALICE, JOB)).isFalse();
    assertThat(shelves.has(BOB, RESULT)).isFalse();
    assertThat(shelves.has(MEDIATOR, EVIDENCE)).isFalse();
  }

  @Test
  void whatItsOwnerWasToldIsThereStaysAsIfNew() {
    pass(UNMATCHED.minusSeconds(1));
    assertThat(sweep.keepIf(ALICE, DIARY.sha256(), () -> true)).isTrue();
    pass(UNMATCHED.minusSeconds(1));
    sweep.run();

    assertThat(shelves.has(ALICE, DIARY)).isTrue();
    pass(Duration.ofSeconds(2));
    sweep.run();
    assertThat(shelves.has(ALICE, DIARY)).isFalse();
  }

  @Test
  void anUploaderWhoIsToldInTheMiddleOfASweepKeepsTheObject() {
    pass(UNMATCHED.plusSeconds(1));
    shelves.afterListing(() -> sweep.keepIf(ALICE, DIARY.sha256(), () -> true));
    sweep.run();

    assertThat(shelves.has(ALICE, DIARY)).isTrue();
    assertThat(shelves.has(ALICE, JOB)).isFalse();
  }

  @Test
  void anObjectThatIsPutAgainInTheMiddleOfASweepStays() {
    pass(UNMATCHED.plusSeconds(1));
    shelves.afterListing(() -> shelves.put(ALICE, DIARY));
    sweep.run();

    assertThat(shelves.has(ALICE, DIARY)).isTrue();
  }

  @Test
  void aMatchThatIsMadeInTheMiddleOfASweepKeepsItsJob() {
    pass(UNMATCHED.plusSeconds(1));
    shelves.afterListing(() -> say(Stage.AWAITING_RESULT));
    sweep.run();

    assertThat(shelves.has(ALICE, JOB)).isTrue();
    assertThat(shelves.has(ALICE, DIARY)).isFalse();
  }

  @Test
  void whereAManifestCannotBeReadNothingGoes() {
    say(Stage.AWAITING_RESULT);
    pass(UNMATCHED.plusSeconds(1));
    storageAnswers = false;

    assertThatThrownBy(sweep::run).isInstanceOf(DirectoryUnavailable.class);
    assertThat(shelves.has(ALICE, DIARY)).isTrue();
    assertThat(shelves.has(ALICE, JOB)).isTrue();
  }

  @Test
  void notesGoWithTheirMatch() {
    MatchId open = new MatchId(Sha256.ofUtf8("a match").sha256());
    MatchId unknown = new MatchId(Sha256.ofUtf8("a match of long ago").sha256());
    shelves.note(open);
    shelves.note(unknown);
    say(Stage.AWAITING_RESULT);

    sweep.run();
    assertThat(shelves.matchesWithNotes()).containsExactly(open);

    say(Stage.CLOSED);
    register.setBlockTime(CLOSED_AT + AFTER_CLOSE.toSeconds());
    sweep.run();
    assertThat(shelves.matchesWithNotes()).containsExactly(open);

    register.setBlockTime(CLOSED_AT + AFTER_CLOSE.toSeconds() + 1);
    sweep.run();
    assertThat(shelves.matchesWithNotes()).isEmpty();
  }
}
