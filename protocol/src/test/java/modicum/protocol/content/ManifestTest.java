package modicum.protocol.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.fixtures.Hostile;
import modicum.protocol.offer.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final Digest ABC = Sha256.ofUtf8("abc");
  private static final String ABC_HEX = ABC.sha256().toHex();

  private static Manifest sample() {
    return new Manifest(
        List.of(
            ManifestEntry.file("b", 0644, ABC),
            ManifestEntry.directory("a", 0755),
            ManifestEntry.link("a/up", "../b"),
            ManifestEntry.file("a b\nc%", 0600, Sha256.ofUtf8(""))));
  }

  @Test
  void writesOneLineAnEntrySortedByPath() {
    assertThat(new String(sample().canonical(), UTF_8))
        .isEqualTo(
            """
            modicum manifest 1
            directory 0755 a
            file 0600 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 a+b%0Ac%25
            link a%2Fup ..%2Fb
            file 0644 3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad b
            """);
  }

  @Test
  void readsWhatItWrites() {
    assertThat(Manifest.parse(sample().canonical())).isEqualTo(sample());
    assertThat(Manifest.parse(Manifest.EMPTY.canonical())).isEqualTo(Manifest.EMPTY);
  }

  @Test
  void isNamedByTheHashOfItsCanonicalForm() {
    assertThat(sample().digest()).isEqualTo(Sha256.of(sample().canonical()));
  }

  @Test
  void isTheSameInWhateverOrderTheFilesWereFound() {
    List<ManifestEntry> shuffled = new ArrayList<>(sample().entries());
    for (int seed = 0; seed < 10; seed++) {
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(new Manifest(shuffled).digest()).isEqualTo(sample().digest());
    }
  }

  @Test
  void sortsByTheBytesOfUtf8NotByJavaCharacters() {
    // U+FF5E comes after U+1F600 as Java characters, before it as UTF-8.
    Manifest manifest =
        new Manifest(
            List.of(
                ManifestEntry.file("\ud83d\ude00", 0644, ABC),
                ManifestEntry.file("\uff5e", 0644, ABC)));
    assertThat(manifest.entries()).extracting(ManifestEntry::path).containsExactly("\uff5e", "😀");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "modicum manifest 1",
        "modicum manifest 2\n",
        "modicum manifest 1\n\n",
        "modicum manifest 1\r\n",
        "modicum manifest 1\nfile\n",
        "modicum manifest 1\nfile 0644 3\n",
        "modicum manifest 1\ndirectory\n",
        "modicum manifest 1\nlink a\n",
        "modicum manifest 1\ndevice 0644 a\n",
        "modicum manifest 1\ndirectory 755 a\n",
        "modicum manifest 1\ndirectory 0799 a\n",
        "modicum manifest 1\ndirectory -755 a\n",
        "modicum manifest 1\ndirectory 1755 a\n",
        "modicum manifest 1\ndirectory 0755 a \n",
        "modicum manifest 1\ndirectory 0755 a",
        "modicum manifest 1\ndirectory 0755 %61\n",
        "modicum manifest 1\ndirectory 0755 a%2fb\n",
        "modicum manifest 1\ndirectory 0755 %\n",
        "modicum manifest 1\ndirectory 0755 %ff\n",
        "modicum manifest 1\ndirectory 0755 %ED%A0%80\n",
        "modicum manifest 1\ndirectory 0755 b\ndirectory 0755 a\n",
        "modicum manifest 1\ndirectory 0755 a\ndirectory 0755 a\n"
      })
  void refusesWhatIsNotCanonical(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Manifest.parse(text.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file 0644 03 " + "HASH" + " a",
        "file 0644 -3 " + "HASH" + " a",
        "file 0644 99999999999999999999 " + "HASH" + " a",
        "file 0644 3 0xHASH a",
        "file 0644 3 abcd a",
        "file 0644 3 HASH a a",
        "file 0644 3  a"
      })
  void refusesAFileThatIsNotCanonical(String line) {
    String text = "modicum manifest 1\n" + line.replace("HASH", ABC_HEX) + "\n";
    assertThatIllegalArgumentException().isThrownBy(() -> Manifest.parse(text.getBytes(UTF_8)));
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] canonical = sample().canonical();
    canonical[canonical.length - 2] = (byte) 0xff;
    assertThatIllegalArgumentException().isThrownBy(() -> Manifest.parse(canonical));
  }

  @Test
  void throwsNothingElseWhateverItIsGiven() {
    Hostile.mutations(sample().canonical(), 20_000)
        .forEach(bytes -> Hostile.requireReadOrRefused(bytes, Manifest::parse));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "/a", "..", "../a", "a/..", "a/../b", ".", "./a", "a//b", "a/", "a\0"})
  void refusesAPathThatIsNotPlain(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.file(path, 0644, ABC));
  }

  @Test
  void refusesHalfACharacter() {
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.file("\ud83d", 0644, ABC));
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.link("a", "\ud83d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"...", "..a", "a..", "-rf", "~", "a\\b", "C:", " ", "\n", "%2e%2e", "*"})
  void takesAnyOtherName(String name) {
    Manifest manifest = new Manifest(List.of(ManifestEntry.file(name, 0644, ABC)));
    assertThat(Manifest.parse(manifest.canonical())).isEqualTo(manifest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/etc/passwd", "..", "../..", "b/../../..", "a\0"})
  void refusesALinkAtTheTopThatLeavesTheFolder(String target) {
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.link("a", target));
  }

  @Test
  void aLinkMayGoUpAsFarAsItIsDeep() {
    assertThat(ManifestEntry.link("a/b/c", "../../d").target()).contains("../../d");
    assertThat(ManifestEntry.link("a/b/c", "../..").target()).contains("../..");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ManifestEntry.link("a/b/c", "../../../d"));
  }

  /** With x/y/l -> ../.., the target x/y/l/.. would be the folder above the output. */
  @Test
  void aLinkMayNotGoUpAgainFromWhereAnotherLinkLeads() {
    assertThat(ManifestEntry.link("x/y/l", "../..").target()).isPresent();
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.link("m", "x/y/l/.."));
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.link("x/m", "y/l/.."));
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.link("x/m", "l/../b"));
  }

  @Test
  void refusesAnEntryInsideALinkOrAFile() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Manifest(
                    List.of(
                        ManifestEntry.link("a", "b"),
                        ManifestEntry.file("a!", 0644, ABC),
                        ManifestEntry.file("a/b/c", 0644, ABC))))
        .withMessageContaining("a/b/c lies in a");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Manifest(
                    List.of(
                        ManifestEntry.file("a", 0644, ABC), ManifestEntry.file("a/b", 0644, ABC))));
  }

  @Test
  void refusesAPathTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Manifest(
                    List.of(
                        ManifestEntry.file("a", 0644, ABC), ManifestEntry.directory("a", 0755))))
        .withMessage("twice in one manifest: a");
  }

  @Test
  void refusesModesBeyondPermissions() {
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.file("a", 04755, ABC));
    assertThatIllegalArgumentException().isThrownBy(() -> ManifestEntry.file("a", -1, ABC));
  }

  @Test
  void aHugeTotalDoesNotBecomeASmallOne() {
    Digest huge = new Digest(Bytes32.ZERO, Quantity.MAXIMUM);
    List<ManifestEntry> entries = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      entries.add(ManifestEntry.file("f" + i, 0644, huge));
    }
    assertThat(new Manifest(entries).totalSize()).isEqualTo(Long.MAX_VALUE);
    assertThat(sample().totalSize()).isEqualTo(3);
  }

  @Test
  void saysWhereTwoOutputsDifferFirst() {
    Manifest one = new Manifest(List.of(ManifestEntry.file("b", 0644, ABC)));
    Manifest more =
        new Manifest(
            List.of(ManifestEntry.file("a", 0644, ABC), ManifestEntry.file("b", 0644, ABC)));
    Manifest other = new Manifest(List.of(ManifestEntry.file("b", 0755, ABC)));
    assertThat(one.firstDifference(one)).isEmpty();
    assertThat(one.firstDifference(more)).contains("a: only in the second");
    assertThat(more.firstDifference(one)).contains("a: only in the first");
    assertThat(Manifest.EMPTY.firstDifference(one)).contains("b: only in the second");
    assertThat(one.firstDifference(Manifest.EMPTY)).contains("b: only in the first");
    assertThat(one.firstDifference(other))
        .contains("b: file 0644 3 " + ABC_HEX + " b / file 0755 3 " + ABC_HEX + " b");
  }

  @Test
  void aDifferenceIsToldOnOneLineWhateverTheNames() {
    Manifest odd = new Manifest(List.of(ManifestEntry.link("a\nb", "c\nd")));
    Manifest other = new Manifest(List.of(ManifestEntry.link("a\nb", "c")));
    assertThat(odd.firstDifference(other).orElseThrow()).doesNotContain("\n");
    assertThat(odd.firstDifference(Manifest.EMPTY).orElseThrow()).doesNotContain("\n");
  }
}
