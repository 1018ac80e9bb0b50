package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import modicum.executor.BadImage;
import modicum.executor.RunOutcome;
import modicum.executor.Runs;
import modicum.executor.image.ImageForge;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that lie about what they are, take all disk, or are made for the engine to trip over. */
class HostileImagesTest extends HostileTest {
  private static final int LARGE = 30_000_000;

  @Test
  void aCompressedBombIsNotUnpacked() throws Exception {
    byte[] tar = new ImageForge.Layer().file("zeros", 0644, new byte[LARGE]).tar();
    byte[] bomb = compressed(tar);

    assertThat(bomb.length).isLessThan(LARGE / 500);
    assertRefused(forge().layer(bomb, Sha256.of(tar).sha256()), "is compressed");
    assertRefused(forge().layer(bomb, Sha256.of(bomb).sha256()), "is compressed");
    byte[] nested = compressed(bomb);
    assertRefused(forge().layer(nested, Sha256.of(tar).sha256()), "is compressed");
  }

  @Test
  void aLayerThatBeginsLikeACompressedOneIsRefused() throws Exception {
    byte[] tar = new ImageForge.Layer().file("BZh91AY&SY", 0644, new byte[1]).tar();

    assertRefused(forge().layer(tar, Sha256.of(tar).sha256()), "is compressed");
  }

  @Test
  void aLayerThatIsNamedAgainAndAgainIsCountedEachTime() throws Exception {
    ImageForge.Layer layer = new ImageForge.Layer().file("zeros", 0644, new byte[LARGE / 3]);
    ImageForge forge = forge();
    for (int i = 0; i < 12; i++) {
      forge.layer(layer);
    }
    restart(DockerOptions.DEFAULT.withImageBytes(100_000_000));

    assertRefused(forge, "takes more than the 100000000 bytes of disk");
  }

  @Test
  void aFileThatIsLargerThanItsArchiveIsRefused() throws Exception {
    ImageForge.Layer old = new ImageForge.Layer().entry("hole", 'S', 0644, 512, "", 0, 0);
    assertRefused(forge().layer(old), "a file with holes: hole");

    ImageForge.Layer modern =
        new ImageForge.Layer()
            .extended(
                "GNU.sparse.major=1",
                "GNU.sparse.minor=0",
                "GNU.sparse.name=hole",
                "GNU.sparse.realsize=1000000000000")
            .file("hole", 0644, new byte[512]);
    assertRefused(forge().layer(modern), "a file with holes");
  }

  @Test
  void aFloodOfSmallFilesIsCountedByTheDiskThatItTakes() throws Exception {
    ImageForge.Layer layer = new ImageForge.Layer();
    for (int i = 0; i < 20_000; i++) {
      layer.file("f" + i, 0644, new byte[1]);
    }
    restart(DockerOptions.DEFAULT.withImageBytes(50_000_000));

    assertRefused(forge().layer(layer), "takes more than the 50000000 bytes of disk");
  }

  @Test
  void aLayerThatIsNotWhatItsConfigurationNamesIsRefused() throws Exception {
    byte[] tar = new ImageForge.Layer().file("a", 0644, new byte[1]).tar();

    assertRefused(forge().layer(tar, Bytes32.ZERO), "is damaged");
  }

  @Test
  void anotherImageThanTheJobNamesIsRefused() throws Exception {
    ImageForge.Forged forged = forge().layer(busybox()).forge();
    ImageReference real = forged.reference();
    Bytes32 other = Sha256.ofUtf8("other").sha256();

    assertRefused(
        new ImageReference(real.manifest(), other, real.baseLayer()), forged, "the job names");
    assertRefused(new ImageReference(real.manifest(), real.id(), other), forged, "base layer");
    Digest larger = new Digest(real.manifest().sha256(), real.manifest().size() + 1);
    assertRefused(
        new ImageReference(larger, real.id(), real.baseLayer()), forged, "manifest is not here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../../modicum-escaped", "a/../../../../modicum-escaped", "/../x"})
  void aNameThatLeavesTheLayerIsRefused(String name) throws Exception {
    assertRefused(
        forge().layer(busybox().file(name, 0644, new byte[1])), "reaches out of its folder");
  }

  @Test
  void aFileWrittenThroughALinkStaysInTheImage() throws Exception {
    ImageForge forge =
        forge()
            .layer(
                busybox()
                    .link("door", folder.resolve("neighbour").toString())
                    .file("door/own", 0666, "mine".getBytes()))
            .layer(new ImageForge.Layer().file("door/more", 0666, "mine".getBytes()));
    try {
      load(forge);
    } catch (BadImage refused) {
      assertThat(refused).hasMessageContaining("does not take the image");
    }

    assertThat(folder.resolve("neighbour").resolve("own")).hasContent("secret");
    assertThat(folder.resolve("neighbour").resolve("more")).doesNotExist();
  }

  @Test
  void aHardLinkToTheHostsFilesIsRefused() throws Exception {
    assertRefused(
        forge().layer(busybox().hardLink("passwd", "../../../../../../../../etc/passwd")), "");
  }

  @Test
  void devicesOfTheHostAreRefused() throws Exception {
    assertRefused(forge().layer(busybox().device("disk", '4', 8, 0)), "holds a device: disk");
    assertRefused(forge().layer(busybox().device("mem", '3', 1, 1)), "holds a device: mem");
    assertRefused(forge().layer(busybox().device("w", '3', 10, 130)), "holds a device: w");
  }

  @Test
  void aListOfUsersThatWouldHoldUpTheEngineIsRefused() throws Exception {
    assertRefused(forge().layer(busybox().folder("etc").pipe("etc/passwd")), "list of users");
    assertRefused(
        forge().layer(busybox().folder("etc").link("./etc//group", "/dev/zero")), "list of users");
    assertRefused(forge().layer(busybox().link("etc", "/tmp")), "list of users");
    assertRefused(
        forge().layer(busybox().extended("path=etc/passwd").pipe("harmless")), "list of users");
    assertRefused(
        forge().layer(busybox().extended("comment=\n15 path=x", "path=etc/passwd").pipe("y")),
        "list of users");
  }

  @Test
  void volumesAreTheJobsFault() throws Exception {
    ImageForge forge = forge().layer(busybox()).config("\"Volumes\":{\"/data\":{}}");

    assertStatus(
        attack(Runs.request(Runs.job(load(forge), "/bin/sh", "-c", "echo x"))),
        ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void whatTheImageAsksOfTheEngineIsNotHeeded() throws Exception {
    ImageForge forge =
        forge()
            .layer(busybox())
            .config(
                "\"User\":\"0:0\",\"Env\":[\"PATH=/bin\",\"LD_PRELOAD=/x\"],\"StopSignal\":\"SIGCONT\",\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"echo"
                    + " x > /out/health\"],"
                    + "\"Interval\":1000000000},\"ExposedPorts\":{\"22/tcp\":{}},\"Shell\":[\"/x\"],\"OnBuild\":[\"RUN"
                    + " x\"],\"Entrypoint\":[\"/bin/echo\"]");
    RunOutcome outcome =
        attack(Runs.request(Runs.job(load(forge), "/bin/sh", "-c", "id -u; sleep 2; ls /out")));

    assertStatus(outcome, ResultStatus.COMPLETED);
    assertThat(outcome.log().lines()).doesNotContain("0", "health");
  }

  private ImageForge forge() {
    return new ImageForge(imageFolder("forged"));
  }

  private void restart(DockerOptions options) {
    executor.close();
    executor = newExecutor(options);
  }

  private static byte[] compressed(byte[] bytes) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private void assertRefused(ImageForge forge, String why) {
    ImageForge.Forged forged = forge.forge();
    assertRefused(forged.reference(), forged, why);
  }

  /** Neither does the engine have it then, nor anything of it on its disk. */
  private void assertRefused(ImageReference reference, ImageForge.Forged forged, String why) {
    boolean had = executor.hasImage(reference.id());
    assertThatThrownBy(() -> executor.loadImage(reference, forged.layout()))
        .isInstanceOf(BadImage.class)
        .hasMessageContaining(why)
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("\n");
    assertThat(executor.hasImage(reference.id())).isEqualTo(had);
    assertThat(Optional.of(forged.layout())).get().matches(Files::exists);
  }
}
