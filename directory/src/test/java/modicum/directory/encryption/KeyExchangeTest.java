package modicum.directory.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.Directory;
import modicum.directory.Note;
import modicum.directory.TestKeys;
import modicum.directory.memory.InMemoryStore;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alice has a job, Bob is to run it, Mia is the mediator, and Eve has the directory. */
class KeyExchangeTest {
  private static final MatchId MATCH = new MatchId(Sha256.ofUtf8("the match").sha256());
  private static final MatchId OTHER = new MatchId(Sha256.ofUtf8("another match").sha256());
  private static final Signer ALICE = TestKeys.of("alice");
  private static final Signer BOB = TestKeys.of("bob");
  private static final Signer EVE = TestKeys.of("eve");

  @TempDir Path folder;
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final InMemoryStore store = new InMemoryStore(TestKeys.addressOf("dora"), clock::get);
  private final AgeKey job = AgeKey.fresh();

  private Directory viewOf(Signer party) {
    return store.viewOf(party.address());
  }

  private KeyExchange exchangeOf(Signer party) {
    return new KeyExchange(party, TestKeys.RECOVERY, folder.resolve(party.address().toString()));
  }

  private Optional<AgeKey> bobAsks() {
    return exchangeOf(BOB).ask(viewOf(BOB), MATCH, List.of(ALICE.address()), job.recipient());
  }

  private boolean aliceAnswers(AgeKey with) {
    return exchangeOf(ALICE).answerOnce(viewOf(ALICE), MATCH, BOB.address(), Keys.ofJob(with));
  }

  private Optional<String> fault(Optional<AgeKey> shown) {
    return new HandOver(MATCH, ALICE.address(), BOB.address(), job.recipient())
        .fault(viewOf(EVE), TestKeys.RECOVERY, shown);
  }

  private Optional<Note> note(Signer from, Signer to) {
    return store.findNote(MATCH, from.address(), to.address());
  }

  @Test
  void whoAsksIsGivenTheKeyAndNobodyElseReadsIt() {
    assertThat(aliceAnswers(job)).as("nobody has asked yet").isFalse();
    assertThat(bobAsks()).isEmpty();

    assertThat(aliceAnswers(job)).isTrue();

    assertThat(bobAsks()).contains(job);
    assertThat(exchangeOf(BOB).wasAnsweredToALostKey(viewOf(BOB), MATCH, ALICE.address()))
        .isFalse();
    assertThat(store.everything())
        .noneMatch(note -> new String(note, StandardCharsets.UTF_8).contains("AGE-SECRET"));
  }

  @Test
  void killedAtAnyTimeWhoAsksGoesOnWithTheSameKey() {
    bobAsks();
    Note first = note(BOB, ALICE).orElseThrow();
    clock.addAndGet(10);
    bobAsks();
    assertThat(note(BOB, ALICE)).as("it is not left anew").contains(first);
    aliceAnswers(job);

    assertThat(bobAsks()).contains(job);
    store.goDown();
    assertThat(bobAsks()).as("it is on the disk").contains(job);
  }

  @Test
  void whatIsOnTheDiskIsForItsOwnerAlone() throws Exception {
    bobAsks();
    Path own = folder.resolve(BOB.address().toString()).resolve(MATCH.toHex() + ".own");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rw-------");
    assertThat(exchangeOf(BOB).matches()).containsExactly(MATCH);
    exchangeOf(BOB).forget(MATCH);
    assertThat(exchangeOf(BOB).matches()).isEmpty();
    assertThat(own).doesNotExist();
  }

  @Test
  void aKeyThatDoesNotFitTheJobIsNone() {
    bobAsks();
    aliceAnswers(AgeKey.fresh());

    assertThat(bobAsks()).isEmpty();
  }

  @Test
  void theDirectoryCannotPutItselfBetween() {
    AgeKey evil = AgeKey.fresh();
    KeyCard inHerName = KeyCard.signed(EVE, MATCH, evil.recipient());
    KeyCard inHisName = new KeyCard(MATCH, BOB.address(), evil.recipient(), inHerName.signature());
    for (KeyCard forged : List.of(inHerName, inHisName)) {
      viewOf(BOB).leaveNote(MATCH, ALICE.address(), forged.toBytes());

      assertThat(aliceAnswers(job)).isFalse();
      assertThat(note(ALICE, BOB)).isEmpty();
    }
  }

  @Test
  void aCardOfAnotherMatchIsOfNoUse() {
    KeyCard replayed = KeyCard.signed(BOB, OTHER, AgeKey.fresh().recipient());
    viewOf(BOB).leaveNote(MATCH, ALICE.address(), replayed.toBytes());

    assertThat(aliceAnswers(job)).isFalse();
  }

  @Test
  void aCardToWhichNothingCanBeEncryptedIsOfNoUse() {
    KeyCard useless =
        KeyCard.signed(
            BOB, MATCH, new modicum.protocol.identity.AgeRecipient("age1" + "q".repeat(58)));
    viewOf(BOB).leaveNote(MATCH, ALICE.address(), useless.toBytes());

    assertThat(aliceAnswers(job)).isFalse();
  }

  @Test
  void whoWasAnsweredAndAsksWithAnotherKeyIsNotAnsweredAgain() {
    bobAsks();
    aliceAnswers(job);
    Note answer = note(ALICE, BOB).orElseThrow();
    exchangeOf(BOB).forget(MATCH);
    clock.addAndGet(100);

    assertThat(bobAsks()).isEmpty();
    aliceAnswers(job);

    assertThat(note(ALICE, BOB)).contains(answer);
    assertThat(exchangeOf(BOB).wasAnsweredToALostKey(viewOf(BOB), MATCH, ALICE.address()))
        .as("so that he knows to give the job up")
        .isTrue();
    assertThat(fault(Optional.empty())).isEmpty();
  }

  @Test
  void aMediatorThatLostItsDiskIsAnsweredAgain() {
    KeyExchange first = exchangeOf(EVE);
    List<Address> both = List.of(ALICE.address(), BOB.address());
    first.ask(viewOf(EVE), MATCH, both, job.recipient());
    exchangeOf(ALICE).answer(viewOf(ALICE), MATCH, EVE.address(), Keys.ofJob(job));
    first.forget(MATCH);

    assertThat(first.ask(viewOf(EVE), MATCH, both, job.recipient())).isEmpty();
    exchangeOf(ALICE).answer(viewOf(ALICE), MATCH, EVE.address(), Keys.ofJob(job));

    assertThat(first.ask(viewOf(EVE), MATCH, both, job.recipient())).contains(job);
  }

  @Test
  void ofTwoAnswersTheOneThatFitsIsTaken() {
    KeyExchange mia = exchangeOf(EVE);
    List<Address> both = List.of(ALICE.address(), BOB.address());
    mia.ask(viewOf(EVE), MATCH, both, job.recipient());
    exchangeOf(ALICE).answer(viewOf(ALICE), MATCH, EVE.address(), Keys.ofJob(AgeKey.fresh()));
    exchangeOf(BOB).answer(viewOf(BOB), MATCH, EVE.address(), Keys.ofJob(job));

    assertThat(mia.ask(viewOf(EVE), MATCH, both, job.recipient())).contains(job);
  }

  @Test
  void rubbishInNotesIsNoNote() {
    for (String rubbish :
        List.of("", "\n", "modicum key card 1\n", "modicum key note 1\n\n\n\n\n\n")) {
      viewOf(BOB).leaveNote(MATCH, ALICE.address(), rubbish.getBytes(StandardCharsets.UTF_8));
      assertThat(aliceAnswers(job)).isFalse();
      viewOf(ALICE).leaveNote(MATCH, BOB.address(), rubbish.getBytes(StandardCharsets.UTF_8));
      assertThat(exchangeOf(BOB).given(viewOf(BOB), MATCH, ALICE.address())).isEmpty();
    }
  }

  @Test
  void aNoteOfBothKeysFitsIntoANote() {
    KeyCard card = KeyCard.signed(EVE, MATCH, AgeKey.fresh().recipient());
    KeyNote note = KeyNote.answering(card, new Keys(Optional.of(job), Optional.of(AgeKey.fresh())));

    assertThat(note.toBytes().length).isLessThan(Note.MAXIMUM_SIZE / 2);
    assertThat(KeyNote.parse(note.toBytes()).card()).isEqualTo(card);
  }

  @Test
  void aSecretKeyIsNotPrintedByAccident() {
    assertThat(job.toString()).doesNotContain("AGE-SECRET");
    assertThat(Keys.ofJob(job).toString()).doesNotContain("AGE-SECRET");
    String wrong = job.secret().substring(0, 73) + (job.secret().endsWith("Q") ? "P" : "Q");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgeKey.parse(wrong))
        .withMessageNotContaining("AGE-SECRET-KEY-1Q")
        .withMessageContaining("not a secret age key");
  }

  // -------------------------------------------------------------- hand-over

  @Test
  void whoNeverAskedCannotSayThatItWasGivenNothing() {
    assertThat(fault(Optional.empty())).isEmpty();
  }

  @Test
  void notToAnswerIsTheJobCreatorsFault() {
    bobAsks();

    assertThat(fault(Optional.empty()))
        .contains("the job creator did not hand the job's key to the provider");
  }

  @Test
  void toAnswerInTimeIsNoFaultToAnswerLateIsOne() {
    bobAsks();
    clock.addAndGet(HandOver.ANSWER_TIME.toSeconds());
    aliceAnswers(job);
    assertThat(fault(Optional.empty())).isEmpty();
    assertThat(fault(exchangeOf(BOB).ownKey(MATCH))).isEmpty();

    viewOf(ALICE).leaveNote(MATCH, BOB.address(), note(ALICE, BOB).orElseThrow().content());
    clock.addAndGet(1);
    viewOf(ALICE).leaveNote(MATCH, BOB.address(), note(ALICE, BOB).orElseThrow().content());
    assertThat(fault(Optional.empty()))
        .contains("the job creator handed the job's key to the provider 1 seconds too late");
  }

  @Test
  void toAnswerWithAnotherKeyIsAFaultThatTheProviderShows() {
    bobAsks();
    aliceAnswers(AgeKey.fresh());

    assertThat(fault(Optional.empty())).as("it shows nothing").isEmpty();
    assertThat(fault(Optional.of(AgeKey.fresh()))).as("it shows another key").isEmpty();
    assertThat(fault(exchangeOf(BOB).ownKey(MATCH)))
        .contains("the job creator handed another key than the job's to the provider");
  }

  @Test
  void toAnswerACardOfOnesOwnIsNoAnswer() {
    bobAsks();
    KeyCard own = KeyCard.signed(ALICE, MATCH, AgeKey.fresh().recipient());
    viewOf(ALICE)
        .leaveNote(MATCH, BOB.address(), KeyNote.answering(own, Keys.ofJob(job)).toBytes());

    assertThat(fault(exchangeOf(BOB).ownKey(MATCH)))
        .contains("the job creator did not hand the job's key to the provider");
  }
}
