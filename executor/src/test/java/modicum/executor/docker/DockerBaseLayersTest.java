package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import modicum.directory.TransferProgress;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.BaseLayers;
import modicum.executor.image.LayeredImage;
import modicum.executor.job.BaseLayerSupply;
import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;
import org.junit.jupiter.api.Test;

/** Base layers on a real engine. */
class DockerBaseLayersTest extends DockerTest {
  private static final Address DORA = Address.fromHex("0x000000000000000000000000000000000000d02a");
  private static final Address BOB = Address.fromHex("0x0000000000000000000000000000000000000b0b");

  @Test
  void aLayerFromAShelfStaysOnTheEngineUntilItIsNotSupportedAnyMore() throws Exception {
    Path base = folder.resolve("base");
    byte[] random = new byte[3 << 20];
    new Random().nextBytes(random);
    Files.write(base, random);
    Path own = Files.writeString(folder.resolve("own"), "a job's own");
    ImageLayout layout = new ImageLayout(folder.resolve("images"));
    Architecture here = Architecture.fromName(System.getProperty("os.arch"));
    ImageReference job = LayeredImage.write(List.of(base, own), here, layout);
    ImageManifest manifest = layout.manifest(job.manifest()).orElseThrow();
    Digest layer = manifest.layers().getFirst();
    InMemoryStore dora = new InMemoryStore(DORA);
    dora.viewOf(DORA)
        .put(layer, () -> Files.newInputStream(layout.blob(layer.sha256())), TransferProgress.NONE);
    BaseLayers engine = executor.baseLayers();
    assertThat(engine.has(layer.sha256())).isFalse();
    try {
      assertThat(supply(dora, engine, here, layer.sha256()).bring()).isTrue();

      assertThat(engine.has(layer.sha256())).isTrue();
      assertThat(engine.kept()).containsExactly(layer.sha256());
      assertThat(executor.missingLayers(manifest.diffIds()))
          .containsExactly(manifest.diffIds().getLast());
      assertAnotherAgentKeepsNothing();
      Files.delete(layout.blob(layer.sha256()));
      executor.loadImage(job, layout.folder());
      assertThat(executor.hasImage(job.id())).as("without its base layer").isTrue();
    } finally {
      try (DockerImageCatalog catalog =
          new DockerImageCatalog(Optional.empty(), java.time.Duration.ofSeconds(1))) {
        catalog.remove(job.id());
      }
      assertThat(supply(dora, engine, here).bring()).isTrue();
    }
    assertThat(engine.kept()).isEmpty();
    assertThat(engine.has(layer.sha256())).isFalse();
  }

  private void assertAnotherAgentKeepsNothing() {
    try (DockerExecutor other =
        new DockerExecutor(Optional.empty(), folder.resolve("another"), DockerOptions.DEFAULT)) {
      assertThat(other.baseLayers().kept()).isEmpty();
    }
  }

  private BaseLayerSupply supply(
      InMemoryStore dora, BaseLayers engine, Architecture here, Bytes32... supported) {
    return new BaseLayerSupply(
        new BaseLayerSupply.Wanted(List.of(supported), List.of(DORA), here),
        engine,
        folder.resolve("coming"),
        account -> dora.viewOf(BOB));
  }
}
