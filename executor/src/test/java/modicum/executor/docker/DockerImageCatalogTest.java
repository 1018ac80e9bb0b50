package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.image.ImageLayout;
import modicum.executor.LocalImage;
import modicum.executor.TinyImage;
import modicum.executor.UnknownImage;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Architecture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DockerImageCatalogTest extends DockerTest {
  private final String tag = "modicum-test-" + ProcessHandle.current().pid() + ":tiny";
  private DockerImageCatalog catalog;

  @BeforeEach
  void tagImage() throws Exception {
    image = TinyImage.write(folder, "date");
    executor.loadImage(image.reference(), image.layout());
    catalog = new DockerImageCatalog(Optional.empty(), Duration.ofSeconds(5));
    String[] name = tag.split(":");
    inEngine(
        engine ->
            engine.ask(
                c ->
                    c.tagImageCmd("sha256:" + image.reference().id().toHex(), name[0], name[1])
                        .exec()));
  }

  @AfterEach
  void removeTag() throws Exception {
    inEngine(engine -> engine.ask(c -> c.removeImageCmd(tag).withNoPrune(true).exec()));
    catalog.close();
  }

  @Test
  void findsAnImageByItsTag() throws Exception {
    LocalImage found = catalog.find(tag);

    assertThat(found.id()).isEqualTo(image.reference().id());
    assertThat(found.baseLayer()).isEqualTo(image.reference().baseLayer());
    assertThat(found.architecture())
        .isEqualTo(Architecture.fromName(System.getProperty("os.arch")));
  }

  @Test
  void packsAnImageIntoTheSameBytesEachTimeThatAnExecutorTakes() throws Exception {
    LocalImage found = catalog.find(tag);
    ImageLayout layout = new ImageLayout(folder.resolve("exported"));
    AtomicLong progress = new AtomicLong();

    Digest digest = catalog.export(found, layout, progress::set);

    assertThat(digest).isEqualTo(image.reference().manifest());
    assertThat(progress.get()).isPositive();
    executor.loadImage(found.reference(digest), layout.folder());
    try (var files = Files.list(layout.folder())) {
      assertThat(files.filter(f -> f.getFileName().toString().startsWith("blob-"))).isEmpty();
    }
  }

  @Test
  void saysWhatToDoAboutAnUnknownImage() {
    assertThatThrownBy(() -> catalog.find("modicum/no-such-image:1"))
        .isInstanceOf(UnknownImage.class)
        .hasMessageContaining("docker build -t modicum/no-such-image:1");
    assertThatThrownBy(() -> catalog.find("../../containers/x"))
        .isInstanceOf(UnknownImage.class)
        .hasMessageContaining("not a name of an image");
  }

  private static void inEngine(java.util.function.Consumer<Engine> deed) {
    try (Engine engine = Engine.at(Optional.empty())) {
      deed.accept(engine);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
