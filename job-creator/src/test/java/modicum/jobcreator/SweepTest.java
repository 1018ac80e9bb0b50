package modicum.jobcreator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import modicum.directory.Directory;
import modicum.directory.image.ImageLayout;
import modicum.directory.s3.EmbeddedS3Server;
import modicum.directory.s3.S3Directory;
import modicum.directory.s3.S3ObjectStore;
import modicum.directory.s3.S3Settings;
import modicum.directory.transfer.Retry;
import modicum.executor.LocalImage;
import modicum.executor.image.ProgramImage;
import modicum.jobcreator.file.JobFile;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.packaging.PackagingProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Trust;
import modicum.protocol.job.ImageReference;
import modicum.protocol.market.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many jobs of one image over one large file, each with a small parameter of its own. */
class SweepTest {
  private static final int JOBS = 10;
  private static final int SHARED = 7 << 20;
  private static final int PROGRAM = 2 << 20;
  private static final String IMAGE = "shop/sweep:1";

  @TempDir Path folder;
  private SmallMarket market;
  private EmbeddedS3Server server;
  private CountedLine line;
  private S3ObjectStore store;
  private ImageReference image;

  @BeforeEach
  void openMarketOverS3() throws IOException {
    market = new SmallMarket(folder);
    server = EmbeddedS3Server.start(folder.resolve("s3"));
    S3Settings direct = server.settings();
    line = new CountedLine(direct.endpoint());
    store =
        new S3ObjectStore(
            new S3Settings(
                line.endpoint(),
                direct.region(),
                direct.accessKey(),
                direct.secretKey(),
                direct.bucket()),
            Retry.NONE);
    store.prepare();
    image = addImage();
    market.mediator.submit(
        new Command.SetTrust(
            market.mediator.account(),
            Trust.MEDIATOR_SUPPORTS_BASE_LAYER,
            List.of(image.baseLayer()),
            true));
    write(folder.resolve("shared"), SHARED);
  }

  @AfterEach
  void close() {
    store.close();
    line.close();
    server.close();
  }

  private ImageReference addImage() throws IOException {
    Path program = write(folder.resolve("large-program"), PROGRAM);
    ImageLayout layout = new ImageLayout(folder.resolve("images"));
    ImageReference reference =
        ProgramImage.write(program, List.of(), List.of("job"), Architecture.AMD64, layout);
    market.catalog.add(
        new LocalImage(IMAGE, reference.id(), reference.baseLayer(), Architecture.AMD64, PROGRAM),
        reference.manifest(),
        layout);
    return reference;
  }

  private static Path write(Path file, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(file, bytes);
  }

  private JobRequest request(int i) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input-" + i));
    Files.createLink(input.resolve("shared"), folder.resolve("shared"));
    Files.writeString(input.resolve("parameter"), "parameter " + i + "\n");
    Path file =
        Files.writeString(
            folder.resolve("job-" + i + ".yaml"),
            """
            image: %s
            command: [job]
            input: input-%d
            output: results-%d
            """
                .formatted(IMAGE, i, i));
    return JobFile.read(file).complete(folder);
  }

  @Test
  void whatTheJobsOfASweepShareCrossesOnce() throws Exception {
    Directory directory = new S3Directory(store, market.keeper.account(), market.alice.account());
    JobCreator alice =
        new JobCreator(market.access(directory), market.stateFolder(), SmallMarket.options());
    Set<Bytes32> specs = new HashSet<>();
    for (int i = 0; i < JOBS; i++) {
      JobHandle job = alice.submit(request(i), PackagingProgress.NONE);
      specs.add(job.record().offer().jobDigest());
    }

    assertThat(specs).as("jobs of their own").hasSize(JOBS);
    Digest shared = Sha256.of(folder.resolve("shared"));
    assertThat(directory.has(shared)).isTrue();
    assertThat(store.size(market.alice.account(), image.baseLayer()).orElseThrow())
        .isGreaterThan(PROGRAM);
    assertThat(line.sent())
        .as("file and image once, and a few kilobytes for each job")
        .isGreaterThan(SHARED + PROGRAM)
        .isLessThan(SHARED + PROGRAM + JOBS * (64L << 10));
  }
}
