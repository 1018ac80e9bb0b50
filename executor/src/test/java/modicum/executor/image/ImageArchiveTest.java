package modicum.executor.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import modicum.executor.BadImage;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives from strangers. */
class ImageArchiveTest {
  private interface Packing {
    void pack(TarWriter tar) throws IOException;
  }

  @TempDir Path folder;
  private byte[] config;
  private byte[] layer;
  private Bytes32 diffId;

  @BeforeEach
  void makeImage() {
    layer = new ImageForge.Layer().file("file", 0644, "layer".getBytes(UTF_8)).tar();
    diffId = Sha256.of(layer).sha256();
    config =
        "{\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}"
            .formatted(diffId.toHex())
            .getBytes(UTF_8);
  }

  @Test
  void takesAnImageThatIsWhatItsReferenceSays() {
    assertThatCode(() -> check(this::packHonestly)).doesNotThrowAnyException();
  }

  @Test
  void refusesTagsThatWouldTakeTheNameOfAnImageHere() {
    assertRefused(
        tar -> {
          tar.file("manifest.json", 0644, index("[\"debian:stable\"]"));
          tar.file("c.json", 0644, config);
          tar.file("l.tar", 0644, layer);
        },
        "brings the tags [debian:stable]");
  }

  @Test
  void refusesFurtherFilesThatAnotherEngineMightPrefer() {
    assertRefused(
        tar -> {
          packHonestly(tar);
          tar.file("index.json", 0644, "{}".getBytes(UTF_8));
        },
        "other files");
  }

  @Test
  void refusesASecondManifest() {
    assertRefused(
        tar -> {
          packHonestly(tar);
          tar.file("manifest.json", 0644, index("null"));
        },
        "doubled");
  }

  @Test
  void refusesPathsAndLinks() {
    assertRefused(tar -> tar.file("../../etc/x", 0644, layer), "odd entry");
    assertRefused(tar -> tar.link("manifest.json", "/etc/passwd"), "odd entry");
  }

  @Test
  void refusesWhatComesAfterTheEnd() {
    assertRefused(
        tar -> {
          packHonestly(tar);
          tar.finish();
          tar.file("more.tar", 0644, layer);
        },
        "after its end");
  }

  @Test
  void refusesAnArchiveWithoutTheConfigurationItNames() {
    assertRefused(tar -> tar.file("l.tar", 0644, layer), "no manifest.json");
  }

  @Test
  void refusesMalformedText() {
    assertRefused(tar -> tar.file("manifest.json", 0644, "{{{".getBytes(UTF_8)), "cannot be read");
    assertRefused(tar -> tar.file("manifest.json", 0644, "[]".getBytes(UTF_8)), "holds one image");
  }

  @Test
  void refusesACutArchive() throws IOException {
    byte[] whole = bytes(this::packHonestly);
    for (int size : new int[] {1, 511, 700, 1100, whole.length - 2000}) {
      byte[] cut = java.util.Arrays.copyOf(whole, size);
      assertThatThrownBy(() -> check(cut)).as("%d bytes", size).isInstanceOf(BadImage.class);
    }
  }

  @Test
  void refusesALayerThatIsNotWhatTheConfigurationNames() {
    byte[] other = new ImageForge.Layer().file("file", 0644, new byte[1]).tar();
    assertRefused(
        tar -> {
          tar.file("manifest.json", 0644, index("null"));
          tar.file("c.json", 0644, config);
          tar.file("l.tar", 0644, other);
        },
        "layer 0 of the image is not what");
  }

  @Test
  void refusesAnArchiveThatIsTooLarge() throws IOException {
    byte[] bytes = bytes(this::packHonestly);
    Path archive = Files.write(folder.resolve("a.tar"), bytes);
    assertThatThrownBy(() -> new ImageArchive(archive).require(reference(bytes), 100))
        .isInstanceOf(BadImage.class)
        .hasMessageContaining("of 100");
  }

  @Test
  void aProgramImageHasTheSameBytesEachTime() throws Exception {
    Path program = Files.write(folder.resolve("program"), layer);
    List<ImageReference> references = new java.util.ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Path archive = folder.resolve(i + ".tar");
      references.add(
          ProgramImage.write(
              program, List.of("b", "a"), List.of("a"), Architecture.AMD64, archive));
      new ImageArchive(archive).require(references.get(i), Long.MAX_VALUE);
    }
    assertThat(references.get(0)).isEqualTo(references.get(1));
  }

  private void packHonestly(TarWriter tar) throws IOException {
    tar.file("manifest.json", 0644, index("null"));
    tar.file("c.json", 0644, config);
    tar.file("l.tar", 0644, layer);
  }

  private static byte[] index(String tags) {
    return "[{\"Config\":\"c.json\",\"RepoTags\":%s,\"Layers\":[\"l.tar\"]}]"
        .formatted(tags)
        .getBytes(UTF_8);
  }

  private static byte[] bytes(Packing packing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    packing.pack(tar);
    tar.finish();
    return out.toByteArray();
  }

  private ImageReference reference(byte[] archive) {
    return new ImageReference(Sha256.of(archive), Sha256.of(config).sha256(), diffId);
  }

  private void check(Packing packing) throws IOException, BadImage {
    check(bytes(packing));
  }

  private void check(byte[] bytes) throws IOException, BadImage {
    Path archive = Files.write(folder.resolve("a.tar"), bytes);
    new ImageArchive(archive).require(reference(bytes), Long.MAX_VALUE);
  }

  private void assertRefused(Packing packing, String why) {
    assertThatThrownBy(() -> check(packing)).isInstanceOf(BadImage.class).hasMessageContaining(why);
  }
}
