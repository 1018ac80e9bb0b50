package modicum.executor.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.executor.BadImage;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images from strangers. */
class StoredImageTest {
  @TempDir Path folder;
  private ImageLayout layout;
  private Digest base;
  private Digest own;

  @BeforeEach
  void makeLayers() throws IOException {
    layout = new ImageLayout(folder);
    base = layout.write(layer("base"));
    own = layout.write(layer("own"));
  }

  private static byte[] layer(String file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    tar.file(file, 0644, file.getBytes(StandardCharsets.UTF_8));
    tar.finish();
    return out.toByteArray();
  }

  private Digest config(Digest... layers) {
    List<String> diffIds = new ArrayList<>();
    for (Digest layer : layers) {
      diffIds.add("\"sha256:" + layer.sha256().toHex() + "\"");
    }
    return layout.write(
        ("{\"rootfs\":{\"diff_ids\":[" + String.join(",", diffIds) + "]}}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private ImageReference image(Digest config, Digest... layers) {
    ImageManifest manifest = new ImageManifest(config, List.of(layers));
    return new ImageReference(
        layout.write(manifest.canonical()), config.sha256(), layers[0].sha256());
  }

  private ImageReference honest() {
    return image(config(base, own), base, own);
  }

  private List<String> archive(ImageReference image, Bytes32... omitted)
      throws IOException, BadImage {
    List<String> names = new ArrayList<>();
    try (var in =
        StoredImage.open(layout, image, ImageManifest.LARGEST_IMAGE).archive(Set.of(omitted))) {
      byte[] bytes = in.readAllBytes();
      TarReader tar = new TarReader(new ByteArrayInputStream(bytes), false);
      for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
        names.add(e.get().name());
      }
    }
    return names;
  }

  private void assertRefused(ImageReference image, String why) {
    assertThatThrownBy(() -> archive(image)).isInstanceOf(BadImage.class).hasMessageContaining(why);
  }

  @Test
  void givesTheEngineAnArchiveOfConfigurationAndLayers() throws Exception {
    ImageReference image = honest();
    assertThat(archive(image))
        .containsExactly(
            "manifest.json",
            image.id().toHex() + ".json",
            base.sha256().toHex() + ".tar",
            own.sha256().toHex() + ".tar");
  }

  @Test
  void leavesOutLayersThatTheEngineHasThoughTheyAreNotHere() throws Exception {
    ImageReference image = honest();
    Files.delete(layout.blob(base.sha256()));
    assertThat(archive(image, base.sha256())).doesNotContain(base.sha256().toHex() + ".tar");
    assertRefused(image, "lacks its layer");
  }

  @Test
  void refusesAnotherImageThanTheJobNames() {
    ImageReference right = honest();
    assertRefused(
        new ImageReference(right.manifest(), Bytes32.ZERO, right.baseLayer()), "holds image");
    assertRefused(new ImageReference(right.manifest(), right.id(), own.sha256()), "base layer");
  }

  @Test
  void refusesLayersThatTheConfigurationDoesNotName() {
    assertRefused(image(config(base), base, own), "other layers");
  }

  @Test
  void refusesACompressedLayerWhichAnEngineWouldUnpack() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bomb)) {
      zip.write(new byte[10 << 20]);
    }
    Digest layer = layout.write(bomb.toByteArray());
    assertRefused(image(config(layer), layer), "is compressed");
  }

  @Test
  void refusesALayerWithAFileOfHolesThatWouldFillTheDisk() throws IOException {
    byte[] sparse = layer("holes");
    sparse[156] = 'S';
    fixChecksum(sparse);
    Digest old = layout.write(sparse);
    assertRefused(image(config(old), old), "a file with holes");

    Digest pax = layout.write(paxLayer("22 GNU.sparse.major=1\n"));
    assertRefused(image(config(pax), pax), "a file with holes");
  }

  private static byte[] paxLayer(String records) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    tar.file("pax", 0644, records.getBytes(StandardCharsets.UTF_8));
    tar.file("file", 0644, new byte[1]);
    tar.finish();
    byte[] bytes = out.toByteArray();
    bytes[156] = 'x';
    fixChecksum(bytes);
    return bytes;
  }

  private static void fixChecksum(byte[] tar) {
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : tar[i] & 0xff;
    }
    byte[] digits = "%06o".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, tar, 148, 6);
  }

  @Test
  void refusesACutLayer() throws IOException {
    byte[] whole = layer("cut");
    Digest cut = layout.write(java.util.Arrays.copyOf(whole, 514));
    assertRefused(image(config(cut), cut), "no plain tar");
  }

  @Test
  void refusesWhatIsTooLargeByWhatItSaysOfItself() {
    ImageReference image = honest();
    assertThatThrownBy(() -> StoredImage.open(layout, image, 100))
        .isInstanceOf(BadImage.class)
        .hasMessageContaining("of 100");
    Digest config = config(base);
    assertThatThrownBy(
            () ->
                new ImageManifest(
                    config, List.of(base, new Digest(own.sha256(), ImageManifest.LARGEST_IMAGE))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesManifestsOfAnyOtherForm() {
    ImageManifest right = new ImageManifest(config(base), List.of(base));
    String text = new String(right.canonical(), StandardCharsets.UTF_8);
    assertThat(ImageManifest.parse(right.canonical())).isEqualTo(right);
    for (String other :
        List.of(
            text + " ",
            text.replace("layer.v1.tar", "layer.v1.tar+gzip"),
            text.replace("\"size\":", "\"size\":-"),
            text.replace("sha256:", "sha512:"),
            "[]",
            "{{{",
            "")) {
      assertThatThrownBy(() -> ImageManifest.parse(other.getBytes(StandardCharsets.UTF_8)))
          .as(other)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aProgramImageHasTheSameManifestEachTime() throws Exception {
    Path program = Files.write(folder.resolve("program"), new byte[10]);
    List<ImageReference> references = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ImageLayout fresh = new ImageLayout(folder.resolve("fresh-" + i));
      references.add(
          ProgramImage.write(program, List.of("b", "a"), List.of("a"), Architecture.AMD64, fresh));
      assertThatCode(() -> StoredImage.open(fresh, references.getLast(), 1 << 20).archive(Set.of()))
          .doesNotThrowAnyException();
    }
    assertThat(references.get(0)).isEqualTo(references.get(1));
  }

  @Test
  void takesApartWhatAnEngineSaves() throws Exception {
    ImageReference image = honest();
    ImageLayout other = new ImageLayout(folder.resolve("other"));
    try (var saved =
        StoredImage.open(layout, image, ImageManifest.LARGEST_IMAGE).archive(Set.of())) {
      assertThat(SavedImage.unpack(saved, image.id(), other, n -> {})).isEqualTo(image.manifest());
    }
    assertThat(other.manifest(image.manifest())).isEqualTo(layout.manifest(image.manifest()));
    assertThat(folder.resolve("other/oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    assertThat(Sha256.of(other.blob(own.sha256()))).isEqualTo(own);
  }
}
