package modicum.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signer;
import modicum.protocol.match.MatchId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every directory does, whatever is behind it. Alice and Bob are registered parties. */
public abstract class DirectoryContract {
  protected static final Signer DIRECTORY = TestKeys.of("directory");
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
  private static final AtomicLong TESTS = new AtomicLong();

  /** Each test has parties of its own, so that tests can share a server. */
  protected final String test = " of test " + TESTS.incrementAndGet();

  protected final Signer alice = TestKeys.of("alice" + test);
  protected final Signer bob = TestKeys.of("bob" + test);

  @TempDir Path folder;

  /** A party's view of the directory under test. */
  protected abstract Directory viewOf(Signer party);

  /** Spoils what is stored, behind the directory's back, keeping the length. */
  protected abstract void spoil(Address owner, Bytes32 sha256);

  /** Cuts off the second half of what is stored. */
  protected abstract void truncate(Address owner, Bytes32 sha256);

  protected abstract void lose(Address owner, Bytes32 sha256);

  /** From now on the directory does not answer. */
  protected abstract void goDown();

  /** Names a match of which Bob, if anyone asks, is the provider and Alice the job creator. */
  protected abstract MatchId matchWithPostedResult();

  protected static Digest put(Directory directory, byte[] content) {
    Digest digest = Sha256.of(content);
    directory.put(digest, () -> new ByteArrayInputStream(content), TransferProgress.NONE);
    return digest;
  }

  @Test
  void isNamedByItsAccount() {
    assertThat(viewOf(alice).address()).isEqualTo(DIRECTORY.address());
  }

  @Test
  void givesBackWhatWasPut() throws Exception {
    Directory directory = viewOf(alice);
    Digest digest = put(directory, HELLO);
    Path target = folder.resolve("new/hello");

    directory.fetch(alice.address(), digest, target, TransferProgress.NONE);

    assertThat(target).hasBinaryContent(HELLO);
    assertThat(directory.read(alice.address(), digest.sha256(), 5)).isEqualTo(HELLO);
  }

  @Test
  void putsTheEmptyObject() throws Exception {
    Directory directory = viewOf(alice);
    Digest digest = put(directory, new byte[0]);

    directory.fetch(alice.address(), digest, folder.resolve("empty"), TransferProgress.NONE);

    assertThat(folder.resolve("empty")).isEmptyFile();
    assertThat(directory.read(alice.address(), digest.sha256(), 0)).isEmpty();
  }

  @Test
  void movesAnObjectOfManyPartsAndTellsHowFarItIs() throws Exception {
    byte[] content = new byte[(20 << 20) + 7];
    new Random(1).nextBytes(content);
    Directory directory = viewOf(alice);
    Digest digest = Sha256.of(content);
    AtomicLong sent = new AtomicLong();
    AtomicLong received = new AtomicLong();

    directory.put(
        digest, () -> new ByteArrayInputStream(content), (moved, total) -> sent.set(moved));
    directory.fetch(
        alice.address(), digest, folder.resolve("large"), (moved, total) -> received.set(moved));

    assertThat(Sha256.of(folder.resolve("large"))).isEqualTo(digest);
    assertThat(sent).hasValue(content.length);
    assertThat(received).hasValue(content.length);
  }

  @Test
  void puttingTwiceIsPuttingOnce() throws Exception {
    Directory directory = viewOf(alice);
    put(directory, HELLO);
    Digest digest = put(directory, HELLO);

    assertThat(directory.read(alice.address(), digest.sha256(), 5)).isEqualTo(HELLO);
  }

  @Test
  void knowsWhatItsCallerHas() {
    Digest digest = put(viewOf(alice), HELLO);

    assertThat(viewOf(alice).has(digest)).isTrue();
    assertThat(viewOf(alice).has(Sha256.ofUtf8("never put"))).isFalse();
    assertThat(viewOf(bob).has(digest)).isFalse();
  }

  @Test
  void refusesASourceThatChangedAndStoresNothing() {
    Directory directory = viewOf(alice);
    Digest digest = Sha256.of(HELLO);
    byte[] sameSize = "hallo".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () ->
                directory.put(
                    digest, () -> new ByteArrayInputStream(sameSize), TransferProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("changed");
    assertThat(directory.has(digest)).isFalse();
  }

  @Test
  void refusesASourceThatGrewOrShrank() {
    Directory directory = viewOf(alice);
    Digest digest = Sha256.of(HELLO);
    for (String other : new String[] {"hello!", "hell", ""}) {
      byte[] content = other.getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(
              () ->
                  directory.put(
                      digest, () -> new ByteArrayInputStream(content), TransferProgress.NONE))
          .as(other)
          .isInstanceOf(IllegalArgumentException.class);
    }
    Digest empty = Sha256.of(new byte[0]);
    assertThatThrownBy(
            () ->
                directory.put(empty, () -> new ByteArrayInputStream(HELLO), TransferProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(directory.has(digest)).isFalse();
  }

  @Test
  void tellsAnUnreadableSourceFromAnOutage() {
    assertThatThrownBy(
            () ->
                viewOf(alice)
                    .put(
                        Sha256.of(HELLO),
                        () -> {
                          throw new IOException("a broken disk");
                        },
                        TransferProgress.NONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("a broken disk");
  }

  @Test
  void saysWhatIsNotThere() {
    Digest digest = Sha256.ofUtf8("never put");
    Directory directory = viewOf(alice);

    assertThatThrownBy(
            () ->
                directory.fetch(
                    alice.address(), digest, folder.resolve("none"), TransferProgress.NONE))
        .isInstanceOf(ObjectNotFound.class)
        .hasMessageContaining(digest.sha256().toHex());
    assertThatThrownBy(() -> directory.read(alice.address(), digest.sha256(), 100))
        .isInstanceOf(ObjectNotFound.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aLostObjectIsNotThere() {
    Digest digest = put(viewOf(alice), HELLO);
    lose(alice.address(), digest.sha256());

    assertThat(viewOf(alice).has(digest)).isFalse();
    assertThatThrownBy(() -> viewOf(alice).read(alice.address(), digest.sha256(), 100))
        .isInstanceOf(ObjectNotFound.class);
  }

  @Test
  void noticesACorruptedObjectNamesItAndLeavesTheTargetAlone() throws IOException {
    Digest digest = put(viewOf(alice), HELLO);
    spoil(alice.address(), digest.sha256());
    Path target = Files.writeString(folder.resolve("target"), "as before");

    assertThatThrownBy(
            () -> viewOf(alice).fetch(alice.address(), digest, target, TransferProgress.NONE))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining(digest.sha256().toHex());
    assertThatThrownBy(() -> viewOf(alice).read(alice.address(), digest.sha256(), 5))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining(digest.sha256().toHex());
    assertThat(target).hasContent("as before");
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void noticesATruncatedObject() {
    Digest digest = put(viewOf(alice), HELLO);
    truncate(alice.address(), digest.sha256());

    assertThatThrownBy(
            () ->
                viewOf(alice)
                    .fetch(
                        alice.address(), digest, folder.resolve("target"), TransferProgress.NONE))
        .isInstanceOf(ObjectCorrupt.class)
        .hasMessageContaining(digest.sha256().toHex());
    assertThatThrownBy(() -> viewOf(alice).read(alice.address(), digest.sha256(), 5))
        .isInstanceOf(ObjectCorrupt.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aTruncatedObjectIsRepairedByPuttingItAgain() throws Exception {
    Digest digest = put(viewOf(alice), HELLO);
    truncate(alice.address(), digest.sha256());
    assertThat(viewOf(alice).has(digest)).isFalse();

    put(viewOf(alice), HELLO);

    assertThat(viewOf(alice).read(alice.address(), digest.sha256(), 5)).isEqualTo(HELLO);
  }

  @Test
  void readsNothingLargerThanWanted() {
    Digest digest = put(viewOf(alice), HELLO);

    assertThatThrownBy(() -> viewOf(alice).read(alice.address(), digest.sha256(), 4))
        .isInstanceOf(ObjectCorrupt.class);
  }

  @Test
  void findsTheLatestAnnouncedResult() {
    MatchId match = matchWithPostedResult();
    Directory theirs = viewOf(bob);
    theirs.announceResult(match, Sha256.ofUtf8("first"));
    theirs.announceResult(match, Sha256.ofUtf8("second"));

    assertThat(viewOf(alice).findResult(match, bob.address())).contains(Sha256.ofUtf8("second"));
    assertThat(theirs.findResult(match, bob.address())).contains(Sha256.ofUtf8("second"));
  }

  @Test
  void findsNoResultThatWasNotAnnounced() {
    MatchId match = matchWithPostedResult();

    assertThat(viewOf(alice).findResult(match, bob.address())).isEqualTo(Optional.empty());
  }

  @Test
  void saysThatItIsDown() {
    Directory directory = viewOf(alice);
    Digest digest = put(directory, HELLO);
    MatchId match = matchWithPostedResult();
    goDown();

    assertThatThrownBy(() -> put(directory, "new".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(() -> directory.has(digest)).isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(
            () ->
                directory.fetch(
                    alice.address(), digest, folder.resolve("target"), TransferProgress.NONE))
        .isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(() -> directory.read(alice.address(), digest.sha256(), 5))
        .isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(() -> viewOf(bob).announceResult(match, digest))
        .isInstanceOf(DirectoryUnavailable.class);
    assertThatThrownBy(() -> directory.findResult(match, bob.address()))
        .isInstanceOf(DirectoryUnavailable.class);
  }

  @Test
  void keepsTheLatestNoteOfEachPartyForEachOther() {
    MatchId match = matchWithPostedResult();
    Directory hers = viewOf(alice);
    Directory his = viewOf(bob);
    assertThat(his.findNote(match, alice.address(), bob.address())).isEmpty();

    hers.leaveNote(match, bob.address(), HELLO);
    long first = his.findNote(match, alice.address(), bob.address()).orElseThrow().leftAt();
    hers.leaveNote(match, bob.address(), "good bye".getBytes(StandardCharsets.UTF_8));
    his.leaveNote(match, alice.address(), new byte[Note.MAXIMUM_SIZE]);

    Note latest = his.findNote(match, alice.address(), bob.address()).orElseThrow();
    assertThat(latest.content()).asString(StandardCharsets.UTF_8).isEqualTo("good bye");
    assertThat(latest.leftAt()).isGreaterThanOrEqualTo(first);
    assertThat(hers.findNote(match, alice.address(), bob.address())).contains(latest);
    assertThat(hers.findNote(match, bob.address(), alice.address()).orElseThrow().content())
        .hasSize(Note.MAXIMUM_SIZE);
  }

  @Test
  void aNoteIsShort() {
    MatchId match = matchWithPostedResult();
    byte[] tooLong = new byte[Note.MAXIMUM_SIZE + 1];

    assertThatThrownBy(() -> viewOf(alice).leaveNote(match, bob.address(), tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a note has at most 4096 bytes, got 4097");
  }
}
