package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import modicum.executor.LocalImage;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerImageCatalog;
import modicum.executor.docker.DockerOptions;
import modicum.executor.job.JobRunner;
import modicum.executor.job.OutputComparison;
import modicum.executor.job.OutputComparison.Answer;
import modicum.executor.sandbox.Profile;
import modicum.marketplace.local.LocalImages;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example comparators, in real containers, as job creator and mediator ask them. */
class ComparatorsTest {
  private static final MatchId MATCH = new MatchId(Sha256.ofUtf8("comparators").sha256());
  private static final String OWNER = "compare-" + ProcessHandle.current().pid();
  private static final Limits LIMITS = new Limits(1_000_000, 256L << 20, 64L << 20, 1L << 20);
  private static final long TIME_PER_INSTRUCTION = 333_333;
  private static final Duration WALL_CLOCK = Duration.ofMinutes(2);

  @TempDir static Path folder;
  private static DockerExecutor executor;
  private static JobRunner runner;
  private static ImageReference base;
  private static ImageReference tables;
  private static ImageReference pictures;
  private static int attempts;

  private Path one;
  private Path other;

  @BeforeAll
  static void buildTheComparators() throws Exception {
    DockerEngine.assumeAnswers();
    new LocalImages(ProjectHome.folder(), System.out::println).buildComparators();
    executor = new DockerExecutor(Optional.empty(), folder.resolve("state"), DockerOptions.DEFAULT);
    runner = new JobRunner(executor, folder.resolve("work"));
    try (DockerImageCatalog images =
        new DockerImageCatalog(Optional.empty(), Duration.ofSeconds(15))) {
      base = reference(images.find(LocalImages.BASE));
      tables = reference(images.find(LocalImages.COMPARE_TABLES));
      pictures = reference(images.find(LocalImages.COMPARE_PICTURES));
    }
  }

  /** The engine has the image, so that its archive is not needed. */
  private static ImageReference reference(LocalImage image) {
    return image.reference(new Digest(Bytes32.ZERO, 0));
  }

  @AfterAll
  static void removeTheRuns() {
    if (executor != null) {
      executor.runs().forEach(executor::remove);
      executor.close();
    }
  }

  @BeforeEach
  void twoOutputs() throws IOException {
    one = Files.createDirectories(folder.resolve("outputs/" + attempts + "/one"));
    other = Files.createDirectories(folder.resolve("outputs/" + attempts + "/other"));
  }

  private static RunName name() {
    return new RunName(OWNER, MATCH, attempts++);
  }

  private static Answer ask(ImageReference comparator, Path a, Path b) throws Exception {
    return new OutputComparison(runner, comparator, CpuLevel.DEFAULT, LIMITS, TIME_PER_INSTRUCTION)
        .compare(name(), a, b);
  }

  /** Runs a job and keeps its output. */
  private static RunOutcome run(String script) throws Exception {
    RunName name = name();
    executor.start(
        new RunRequest(
            name,
            new JobSpec(
                base,
                List.of("sh", "-c", script),
                new TreeMap<>(),
                Optional.empty(),
                "/out",
                1,
                CpuLevel.DEFAULT,
                Equality.EXACT,
                Profile.current()),
            Optional.empty(),
            LIMITS,
            TIME_PER_INSTRUCTION,
            WALL_CLOCK));
    RunOutcome outcome = executor.await(name);
    assertThat(outcome.status()).as(outcome.log()).isEqualTo(ResultStatus.COMPLETED);
    return outcome;
  }

  // ---------------------------------------------------------------- tables

  /** How often it can look before another process is done: a race, no sandbox decides it. */
  private static final String RACE =
      "i=0; (sleep 0.2; : >/tmp/done) & while [ ! -e /tmp/done ]; do i=$((i+1)); done; ";

  @Test
  void runsOfOneJobThatDifferInTheirLastDigitsAreEqual() throws Exception {
    String job = RACE + "printf 'name,value\\npi,3.1415926535897%06d\\n' $i >/out/table.csv";
    RunOutcome first = run(job);
    RunOutcome second = run(job);
    assertThat(first.output()).as("the job is a race").isNotEqualTo(second.output());

    assertThat(ask(tables, first.outputFolder(), second.outputFolder())).isEqualTo(Answer.EQUAL);
  }

  @Test
  void runsOfOneJobThatReallyDifferAreDifferent() throws Exception {
    String job = RACE + "printf 'name,value\\npi,3.1%06d\\n' $i >/out/table.csv";
    RunOutcome first = run(job);
    RunOutcome second = run(job);
    assertThat(first.output()).as("the job is a race").isNotEqualTo(second.output());

    assertThat(ask(tables, first.outputFolder(), second.outputFolder()))
        .isEqualTo(Answer.DIFFERENT);
  }

  private void isForTables(String a, String b, Answer answer) throws Exception {
    Files.writeString(one.resolve("table"), a);
    Files.writeString(other.resolve("table"), b);
    assertThat(ask(tables, one, other)).isEqualTo(answer);
  }

  @Test
  void oneNumberMayBeWrittenInManyWays() throws Exception {
    isForTables("x 1000 -0.5;.25\n", "x 1e3 -5e-1;+0.2500000000001", Answer.EQUAL);
  }

  @Test
  void wordsAreComparedLetterByLetter() throws Exception {
    isForTables("nan 1\n", "NaN 1\n", Answer.DIFFERENT);
  }

  @Test
  void numbersBeyondAllBoundsAreNotAllTheSame() throws Exception {
    isForTables("1e999\n", "2e999\n", Answer.DIFFERENT);
  }

  @Test
  void aMissingLineAndAnEmptyFieldAreDifferences() throws Exception {
    isForTables("1\n2\n", "1\n", Answer.DIFFERENT);
    isForTables("1,,2\n", "1,2\n", Answer.DIFFERENT);
  }

  @Test
  void whatIsNoTextIsComparedByItsBytes() throws Exception {
    isForTables("1.0\0 a\n", "1.0\0 b\n", Answer.DIFFERENT);
  }

  @Test
  void anotherFileIsADifference() throws Exception {
    Files.writeString(one.resolve("more"), "");
    isForTables("1\n", "1\n", Answer.DIFFERENT);
  }

  @Test
  void aLinkIsNotTheFileThatItPointsTo() throws Exception {
    Files.writeString(one.resolve("a"), "1\n");
    Files.writeString(other.resolve("b"), "1\n");
    Files.writeString(one.resolve("b"), "1\n");
    Files.createSymbolicLink(other.resolve("a"), Path.of("b"));
    isForTables("1\n", "1\n", Answer.DIFFERENT);
  }

  // -------------------------------------------------------------- pictures

  private static byte[] picture(int width, int colourOfOne) throws IOException {
    BufferedImage picture = new BufferedImage(width, 8, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < 8; y++) {
        picture.setRGB(x, y, (x * 30) << 16 | (y * 30) << 8 | 0x40);
      }
    }
    picture.setRGB(3, 3, colourOfOne);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }

  /** The same picture with a date written into its file, as renderers do. */
  private static byte[] dated(byte[] png, String date) {
    byte[] type = "tEXt".getBytes(StandardCharsets.US_ASCII);
    byte[] text = ("date\0" + date).getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(type);
    checksum.update(text);
    int afterHeader = 8 + 4 + 4 + 13 + 4;
    return ByteBuffer.allocate(png.length + 12 + text.length)
        .put(png, 0, afterHeader)
        .putInt(text.length)
        .put(type)
        .put(text)
        .putInt((int) checksum.getValue())
        .put(png, afterHeader, png.length - afterHeader)
        .array();
  }

  private void isForPictures(byte[] a, byte[] b, Answer answer) throws Exception {
    Files.write(one.resolve("picture.png"), a);
    Files.write(other.resolve("picture.png"), b);
    assertThat(ask(pictures, one, other)).isEqualTo(answer);
  }

  @Test
  void theSamePixelsAreEqualWhateverDateIsWrittenIntoTheFile() throws Exception {
    byte[] picture = picture(8, 0x102030);
    byte[] yesterday = dated(picture, "yesterday");
    assertThat(ImageIO.read(new ByteArrayInputStream(yesterday))).isNotNull();

    isForPictures(yesterday, dated(picture, "today"), Answer.EQUAL);
  }

  @Test
  void onePixelThatIsALittleOffIsADifference() throws Exception {
    isForPictures(picture(8, 0x102030), picture(8, 0x102031), Answer.DIFFERENT);
  }

  @Test
  void anotherSizeIsADifference() throws Exception {
    isForPictures(picture(8, 0x102030), picture(9, 0x102030), Answer.DIFFERENT);
  }

  @Test
  void aSpoiltPictureIsADifference() throws Exception {
    byte[] spoilt = picture(8, 0x102030);
    spoilt[spoilt.length - 20] ^= 1;
    isForPictures(picture(8, 0x102030), spoilt, Answer.DIFFERENT);
  }
}
