package modicum.executor.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.directory.image.ImageTransfer;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.image.LayeredImage;
import modicum.executor.sandbox.Profile;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bob runs jobs; Dora and Dave run directories, and Dora has a shelf. */
class BaseLayerSupplyTest {
  private static final Address ALICE =
      Address.fromHex("0x00000000000000000000000000000000000a11ce");
  private static final Address BOB = Address.fromHex("0x0000000000000000000000000000000000000b0b");
  private static final Address DORA = Address.fromHex("0x000000000000000000000000000000000000d02a");
  private static final Address DAVE = Address.fromHex("0x000000000000000000000000000000000000da7e");

  @TempDir Path folder;
  private final InMemoryStore dora = new InMemoryStore(DORA);
  private final InMemoryStore dave = new InMemoryStore(DAVE);
  private ScriptedExecutor bob;
  private ImageReference image;
  private ImageManifest manifest;

  @BeforeEach
  void anImageOfTwoLayers() throws IOException {
    bob = new ScriptedExecutor(new ScriptedEngine(folder.resolve("engine")), "bob");
    Path base = Files.writeString(folder.resolve("libc"), "a library\n".repeat(10_000));
    Path program = Files.writeString(folder.resolve("program"), "a program");
    image = LayeredImage.write(List.of(base, program), Architecture.AMD64, layout());
    manifest = layout().manifest(image.manifest()).orElseThrow();
  }

  private ImageLayout layout() {
    return new ImageLayout(folder.resolve("images"));
  }

  private void shelve(InMemoryStore store) {
    Digest layer = manifest.layers().getFirst();
    store
        .viewOf(store.address())
        .put(
            layer,
            () -> Files.newInputStream(layout().blob(layer.sha256())),
            TransferProgress.NONE);
  }

  private BaseLayerSupply supply(Bytes32... supported) {
    return new BaseLayerSupply(
        new BaseLayerSupply.Wanted(
            List.of(supported), List.of(DAVE, DORA), Architecture.AMD64.at(CpuLevel.X86_64_V3)),
        bob,
        folder.resolve("coming"),
        account -> (account.equals(DORA) ? dora : dave).viewOf(BOB));
  }

  @Test
  void aJobOnABaseLayerThatWasFetchedAheadBringsOnlyItsOwnLayers() throws IOException {
    shelve(dora);

    assertThat(supply(image.baseLayer()).bring()).isTrue();

    assertThat(bob.has(image.baseLayer())).isTrue();
    assertThat(bob.kept()).containsExactly(image.baseLayer());
    try (var left = Files.walk(folder.resolve("coming/blobs"))) {
      assertThat(left.filter(Files::isRegularFile)).as("nothing kept twice").isEmpty();
    }
    new ImageTransfer(dora.viewOf(ALICE)).put(layout(), image.manifest(), TransferProgress.NONE);
    dora.lose(ALICE, image.baseLayer());
    JobSpec spec = spec();
    JobTransfer.putSpec(dora.viewOf(ALICE), spec);
    Preparation job =
        new JobRunner(bob, folder.resolve("work"), Optional.empty())
            .prepare(dora.viewOf(BOB), source(spec), ImageTraffic.IF_FETCHED);
    assertThat(job).isInstanceOf(Preparation.Ready.class);
    long own = manifest.config().size() + manifest.layers().getLast().size();
    assertThat(job.traffic().moved())
        .isEqualTo(spec.canonical().length + image.manifest().size() + own);
  }

  private JobSpec spec() {
    return new JobSpec(
        image,
        List.of(),
        new TreeMap<>(),
        Optional.empty(),
        "/out",
        1,
        CpuLevel.DEFAULT,
        Equality.EXACT,
        Profile.current());
  }

  private JobSource source(JobSpec spec) {
    return new JobSource(
        new MatchId(Sha256.ofUtf8("match").sha256()),
        ALICE,
        spec.digest().sha256(),
        image.baseLayer(),
        Architecture.AMD64,
        new Limits(1000, 1, 1000, 1_000_000));
  }

  @Test
  void whatTheEngineHasIsNotFetchedNorKept() throws Exception {
    bob.loadImage(image, layout().folder());
    dora.goDown();
    dave.goDown();

    assertThat(supply(image.baseLayer()).bring()).isTrue();

    assertThat(bob.kept()).isEmpty();
  }

  @Test
  void aLayerThatIsOnNoShelfIsToldOnceAndNotAskedForAgain() {
    assertThat(supply(image.baseLayer()).bring()).isTrue();
    assertThat(bob.has(image.baseLayer())).isFalse();
    assertThat(supply().find(image.baseLayer()))
        .isEqualTo(new BaseLayerSupply.Place.Nowhere(List.of()));
  }

  @Test
  void aDirectoryThatIsDownIsAskedAgainLater() {
    shelve(dora);
    dora.goDown();
    BaseLayerSupply supply = supply(image.baseLayer());
    assertThat(supply.bring()).isFalse();

    dora.comeUp();

    assertThat(supply.bring()).isTrue();
    assertThat(bob.kept()).containsExactly(image.baseLayer());
  }

  @Test
  void aDirectoryOfWhichItIsNotKnownWhereItIsDoesNotKeepOthersFromBeingAsked() {
    shelve(dora);
    BaseLayerSupply supply =
        new BaseLayerSupply(
            new BaseLayerSupply.Wanted(
                List.of(image.baseLayer()), List.of(DAVE, DORA), Architecture.AMD64),
            bob,
            folder.resolve("coming"),
            account -> {
              if (account.equals(DORA)) {
                return dora.viewOf(BOB);
              }
              throw new DirectoryUnavailable("nobody knows where " + account + " is");
            });

    assertThat(supply.bring()).isTrue();
    assertThat(bob.kept()).containsExactly(image.baseLayer());
  }

  @Test
  void aLayerThatIsSpoiltOnItsShelfIsNotGivenToTheEngine() {
    shelve(dora);
    dora.spoil(DORA, image.baseLayer());

    assertThat(supply(image.baseLayer()).bring()).isTrue();

    assertThat(bob.has(image.baseLayer())).isFalse();
  }

  @Test
  void whatIsNoLongerSupportedIsDropped() {
    shelve(dora);
    supply(image.baseLayer()).bring();

    assertThat(supply().bring()).isTrue();

    assertThat(bob.kept()).isEmpty();
    assertThat(bob.has(image.baseLayer())).isFalse();
  }

  @Test
  void anEngineThatIsDownIsTriedAgainLater() {
    ScriptedEngine engine = new ScriptedEngine(folder.resolve("engine"));
    bob = new ScriptedExecutor(engine, "bob");
    shelve(dora);
    engine.goDown();
    BaseLayerSupply supply = supply(image.baseLayer());
    assertThat(supply.bring()).isFalse();

    engine.comeBack();

    assertThat(supply.bring()).isTrue();
    assertThat(bob.kept()).containsExactly(image.baseLayer());
  }
}
