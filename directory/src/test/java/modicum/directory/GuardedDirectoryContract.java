package modicum.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import modicum.directory.MatchAccess.Stage;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.uptime.UptimeUnproven;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Signer;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.job.SandboxProfile;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a directory that asks the ledger who may lets the parties of a match read, and when. */
public abstract class GuardedDirectoryContract extends DirectoryContract {
  protected final Signer mediator = TestKeys.of("mediator" + test);
  protected final Signer stranger = TestKeys.of("stranger" + test);
  protected final Signer unregistered = TestKeys.of("unregistered" + test);
  private static final MatchId MATCH = new MatchId(Sha256.ofUtf8("a match").sha256());

  /** What the directory under test asks. */
  protected abstract ScriptedRegister register();

  private Digest image;
  private Digest comparator;
  private Digest file;
  private Digest input;
  private Digest diary;
  private JobSpec spec;
  private Digest resultFile;
  private Digest result;

  @BeforeEach
  void alicePutsAJobAndBobAResult() {
    register().register(alice.address(), bob.address(), mediator.address(), stranger.address());
    register().setBlockTime(1_000_000);
    Directory directory = viewOf(alice);
    image = put(directory, bytes("an image"));
    comparator = put(directory, bytes("a comparator"));
    file = put(directory, bytes("a file of the input"));
    diary = put(directory, bytes("nobody's business"));
    input = put(directory, new Manifest(List.of(ManifestEntry.file("a", 0644, file))).canonical());
    spec =
        new JobSpec(
            imageOf(image),
            List.of("run"),
            new TreeMap<>(),
            Optional.of(input),
            "/out",
            1,
            CpuLevel.DEFAULT,
            new Equality.Comparator(imageOf(comparator)),
            new SandboxProfile(1, Bytes32.ZERO));
    put(directory, spec.canonical());
    Directory theirs = viewOf(bob);
    resultFile = put(theirs, bytes("a file of the output"));
    result =
        put(theirs, new Manifest(List.of(ManifestEntry.file("o", 0644, resultFile))).canonical());
  }

  private static ImageReference imageOf(Digest archive) {
    return new ImageReference(archive, archive.sha256(), archive.sha256());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected MatchId matchWithPostedResult() {
    say(Stage.AWAITING_REACTION, Optional.empty());
    return MATCH;
  }

  private void say(Stage stage, Optional<Digest> evidence) {
    register()
        .say(
            new MatchAccess(
                MATCH,
                alice.address(),
                bob.address(),
                mediator.address(),
                spec.digest().sha256(),
                stage,
                stage != Stage.AWAITING_RESULT,
                stage == Stage.CLOSED ? OptionalLong.of(1_000_000) : OptionalLong.empty(),
                evidence.map(Digest::sha256)));
  }

  private void assertReads(Signer reader, Signer owner, Digest... objects) throws Exception {
    for (Digest object : objects) {
      byte[] content = viewOf(reader).read(owner.address(), object.sha256(), 10_000);
      assertThat(Sha256.of(content)).isEqualTo(object);
    }
  }

  private void assertRefused(Signer reader, Signer owner, Digest... objects) {
    for (Digest object : objects) {
      assertThatThrownBy(() -> viewOf(reader).read(owner.address(), object.sha256(), 10_000))
          .isInstanceOfAny(ObjectNotFound.class, DirectoryUnavailable.class);
    }
  }

  @Test
  void theProviderReadsTheWholeJobAndNothingElse() throws Exception {
    assertRefused(bob, alice, spec.digest(), image);

    say(Stage.AWAITING_RESULT, Optional.empty());

    assertReads(bob, alice, spec.digest(), image, comparator, input, file);
    assertRefused(bob, alice, diary);
    assertRefused(stranger, alice, spec.digest(), image, input, file);
    assertRefused(mediator, alice, spec.digest(), image);
  }

  @Test
  void theJobCreatorReadsTheResultOncePosted() throws Exception {
    say(Stage.AWAITING_RESULT, Optional.empty());
    viewOf(bob).announceResult(MATCH, result);
    assertThatThrownBy(() -> viewOf(alice).findResult(MATCH, bob.address()))
        .as("it may be posted in a moment")
        .isInstanceOf(DirectoryUnavailable.class)
        .isNotInstanceOf(DirectoryRefused.class);
    assertRefused(alice, bob, result, resultFile);

    say(Stage.AWAITING_REACTION, Optional.empty());

    assertThat(viewOf(alice).findResult(MATCH, bob.address())).contains(result);
    assertReads(alice, bob, result, resultFile);
    assertRefused(mediator, bob, result, resultFile);
    assertRefused(stranger, bob, result, resultFile);
  }

  @Test
  void theMediatorReadsBothInMediationAndThePartiesReadItsEvidence() throws Exception {
    say(Stage.AWAITING_RESULT, Optional.empty());
    viewOf(bob).announceResult(MATCH, result);
    say(Stage.IN_MEDIATION, Optional.empty());

    assertThat(viewOf(mediator).findResult(MATCH, bob.address())).contains(result);
    assertReads(mediator, alice, spec.digest(), image, comparator, input, file);
    assertReads(mediator, bob, result, resultFile);

    Digest evidence = put(viewOf(mediator), bytes("what the mediator found"));
    assertRefused(alice, mediator, evidence);
    say(Stage.CLOSED, Optional.of(evidence));

    assertReads(alice, mediator, evidence);
    assertReads(bob, mediator, evidence);
    assertRefused(stranger, mediator, evidence);
  }

  @Test
  void whatAPartyWorkedWithEndsWhenTheMatchCloses() throws Exception {
    say(Stage.AWAITING_RESULT, Optional.empty());
    viewOf(bob).announceResult(MATCH, result);
    say(Stage.IN_MEDIATION, Optional.empty());
    Digest evidence = put(viewOf(mediator), bytes("what the mediator found"));
    assertReads(bob, alice, spec.digest(), image, input, file);
    assertReads(mediator, alice, spec.digest(), file);
    assertReads(mediator, bob, result, resultFile);

    say(Stage.CLOSED, Optional.of(evidence));

    assertRefused(bob, alice, spec.digest(), image, comparator, input, file);
    assertRefused(mediator, alice, spec.digest(), image, comparator, input, file);
    assertRefused(mediator, bob, result, resultFile);
    assertThatThrownBy(() -> viewOf(mediator).findResult(MATCH, bob.address()))
        .isInstanceOf(DirectoryRefused.class)
        .hasMessageContaining("is closed");
    assertReads(alice, bob, result, resultFile);
    assertReads(bob, mediator, evidence);
  }

  @Test
  void whatWasPaidForOrJudgedByEndsSomeTimeLater() throws Exception {
    say(Stage.AWAITING_RESULT, Optional.empty());
    viewOf(bob).announceResult(MATCH, result);
    say(Stage.IN_MEDIATION, Optional.empty());
    Digest evidence = put(viewOf(mediator), bytes("what the mediator found"));
    say(Stage.CLOSED, Optional.of(evidence));
    register().setBlockTime(1_000_000 + 24 * 3600);
    assertReads(alice, bob, result, resultFile);
    assertThat(viewOf(alice).findResult(MATCH, bob.address())).contains(result);
    assertReads(alice, mediator, evidence);
    assertReads(bob, mediator, evidence);

    register().setBlockTime(1_000_001 + 24 * 3600);

    assertRefused(alice, bob, result, resultFile);
    assertRefused(alice, mediator, evidence);
    assertRefused(bob, mediator, evidence);
    assertReads(alice, alice, diary);
  }

  @Test
  void onlyTheProviderAnnouncesItsResult() {
    say(Stage.AWAITING_RESULT, Optional.empty());

    assertThatThrownBy(() -> viewOf(stranger).announceResult(MATCH, result))
        .isInstanceOf(DirectoryRefused.class);
    assertThatThrownBy(() -> viewOf(alice).announceResult(MATCH, result))
        .isInstanceOf(DirectoryRefused.class);
  }

  @Test
  void whatIsOnTheShelfIsForEveryoneRegistered() throws Exception {
    register().register(MatchRegister.Standing.REGISTERED, DIRECTORY.address());
    byte[] layer = bytes("a base layer" + test);
    Digest shelved = put(viewOf(DIRECTORY), layer);

    for (Signer reader : List.of(alice, bob, mediator, stranger)) {
      assertThat(viewOf(reader).findOnShelf(shelved.sha256())).contains(shelved);
      assertReads(reader, DIRECTORY, shelved);
    }
    assertThat(viewOf(bob).findOnShelf(image.sha256())).as("not Alice's").isEmpty();
    assertThatThrownBy(() -> viewOf(unregistered).findOnShelf(shelved.sha256()))
        .isInstanceOf(DirectoryRefused.class);
    assertRefused(unregistered, DIRECTORY, shelved);
  }

  @Test
  void servesNobodyWhoIsNotRegistered() {
    assertThatThrownBy(() -> put(viewOf(unregistered), bytes("spam")))
        .isInstanceOf(DirectoryRefused.class)
        .hasMessageContaining("not registered");
    assertThatThrownBy(() -> viewOf(unregistered).has(image)).isInstanceOf(DirectoryRefused.class);
    assertRefused(unregistered, unregistered, image);
  }

  // ------------------------------------------------------------ availability

  private UptimeSource uptimeOf(Signer party) {
    return (UptimeSource) viewOf(party);
  }

  /** The first beat may be on its way. */
  private static UptimeHead awaitHead(UptimeSource source) throws Exception {
    for (int i = 0; i < 200; i++) {
      try {
        return source.head();
      } catch (DirectoryUnavailable noBeatYet) {
        Thread.sleep(50);
      }
    }
    return source.head();
  }

  @Test
  void whatAProbeIsShownIsInTheRecord() throws Exception {
    UptimeSource source = uptimeOf(mediator);
    UptimeHead before = awaitHead(source);
    UptimeHead probed = source.probe();
    UptimeRecord record = source.uptime(before.beat().time(), probed.beat().time());

    assertThat(probed.directory()).isEqualTo(DIRECTORY.address());
    assertThat(record.directory()).isEqualTo(DIRECTORY.address());
    assertThat(record.firstMissing(List.of(before, probed))).isEmpty();
    assertThat(record.wasUp(before.beat().time(), before.beat().time())).isTrue();
  }

  @Test
  void aDirectoryThatIsDownPassesNoProbe() throws UptimeUnproven {
    UptimeSource source = uptimeOf(mediator);
    goDown();

    assertThatThrownBy(source::probe).isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(source::head).isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(() -> source.uptime(0, 1)).isInstanceOf(DirectoryUnavailable.class);
  }

  @Test
  void notesAreForTheTwoAndInMediationForTheMediator() {
    say(Stage.AWAITING_RESULT, Optional.empty());
    viewOf(bob).leaveNote(MATCH, alice.address(), bytes("give me the key"));

    assertThat(viewOf(alice).findNote(MATCH, bob.address(), alice.address())).isPresent();
    assertThatThrownBy(() -> viewOf(stranger).findNote(MATCH, bob.address(), alice.address()))
        .isInstanceOf(DirectoryRefused.class);
    assertThatThrownBy(() -> viewOf(mediator).leaveNote(MATCH, alice.address(), bytes("me too")))
        .isInstanceOf(DirectoryUnavailable.class)
        .isNotInstanceOf(DirectoryRefused.class);
    assertThatThrownBy(() -> viewOf(bob).leaveNote(MATCH, stranger.address(), bytes("spam")))
        .isInstanceOf(DirectoryRefused.class);

    say(Stage.IN_MEDIATION, Optional.empty());

    viewOf(mediator).leaveNote(MATCH, alice.address(), bytes("me too"));
    assertThat(viewOf(alice).findNote(MATCH, mediator.address(), alice.address())).isPresent();
    assertThat(viewOf(mediator).findNote(MATCH, bob.address(), alice.address())).isPresent();

    say(Stage.CLOSED, Optional.empty());

    assertThatThrownBy(() -> viewOf(bob).leaveNote(MATCH, alice.address(), bytes("thanks")))
        .isInstanceOf(DirectoryRefused.class)
        .hasMessageContaining("is closed");
  }
}
