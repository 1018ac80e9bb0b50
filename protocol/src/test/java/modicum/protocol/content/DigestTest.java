package modicum.protocol.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String EMPTY =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0";
  private static final String ABC =
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/3";

  @Test
  void namesContentByHashAndSize() {
    assertThat(Sha256.ofUtf8("")).hasToString(EMPTY);
    assertThat(Sha256.ofUtf8("abc")).hasToString(ABC);
  }

  @Test
  void readsWhatItPrints() {
    assertThat(Digest.parse(ABC)).isEqualTo(Sha256.ofUtf8("abc"));
    assertThat(Digest.parse(EMPTY)).isEqualTo(Sha256.ofUtf8(""));
  }

  @Test
  void hashesAFileOfMoreThanOneBuffer(@TempDir Path folder) throws IOException {
    byte[] content = new byte[200_001];
    content[200_000] = 1;
    Path file = Files.write(folder.resolve("file"), content);
    assertThat(Sha256.of(file)).isEqualTo(Sha256.of(content));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Sha256.of(folder.resolve("none")))
        .withMessageContaining("none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        "sha256:/3",
        "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/3",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/-3",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/+3",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/03",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/3/3",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/99999999999999999999",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD/3",
        "sha256:0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015/3"
      })
  void refusesAnyOtherSpelling(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Digest.parse(text));
  }

  @Test
  void sortsByHashThenSize() {
    Digest three = Sha256.ofUtf8("abc");
    assertThat(new Digest(three.sha256(), 2)).isLessThan(three);
    assertThat(three).isLessThan(Sha256.ofUtf8(""));
  }
}
