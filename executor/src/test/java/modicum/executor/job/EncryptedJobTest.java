package modicum.executor.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.TransferProgress;
import modicum.directory.encryption.AgeKey;
import modicum.directory.encryption.EncryptedFolder;
import modicum.directory.encryption.EncryptedUpload;
import modicum.directory.folder.FolderScan;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageTransfer;
import modicum.directory.memory.InMemoryDirectory;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.image.ProgramImage;
import modicum.executor.sandbox.Profile;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.AgeRecipient;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedJobTest {
  private static final Address ALICE =
      Address.fromHex("0x00000000000000000000000000000000000a11ce");
  private static final Address BOB = Address.fromHex("0x0000000000000000000000000000000000000b0b");
  private static final Address DORA = Address.fromHex("0x000000000000000000000000000000000000d02a");
  private static final MatchId MATCH = new MatchId(Sha256.ofUtf8("match").sha256());
  private static final String SECRET = "the secret numbers: 1 2 3\n";

  @TempDir Path folder;
  private final InMemoryStore store = new InMemoryStore(DORA);
  private final InMemoryDirectory alice = store.viewOf(ALICE);
  private final InMemoryDirectory bob = store.viewOf(BOB);
  private final AgeKey key = AgeKey.fresh();
  private ScriptedEngine engine;
  private JobRunner runner;
  private ImageReference image;
  private Path input;

  @BeforeEach
  void anImageInTheDirectory() throws IOException {
    engine = new ScriptedEngine(folder.resolve("engine"));
    runner = restarted();
    Path program = Files.writeString(folder.resolve("program"), "a program");
    ImageLayout layout = new ImageLayout(folder.resolve("images"));
    image = ProgramImage.write(program, List.of(), List.of("program"), Architecture.AMD64, layout);
    new ImageTransfer(alice).put(layout, image.manifest(), TransferProgress.NONE);
    input = Files.createDirectories(folder.resolve("input"));
    Files.writeString(input.resolve("numbers"), SECRET);
  }

  private JobRunner restarted() {
    return new JobRunner(
        new ScriptedExecutor(engine, "bob"),
        folder.resolve("work"),
        new KeptInputs(folder.resolve("kept"), 1 << 20));
  }

  private FolderTransfer.Put putInput(AgeKey to) {
    return new EncryptedUpload(alice, folder.resolve("encrypted"))
        .put(FolderScan.scan(input), input, to.recipient(), TransferProgress.NONE);
  }

  private JobSpec putJob(Digest sealed, AgeRecipient recipient) {
    JobSpec spec =
        new JobSpec(
                image,
                List.of(),
                new TreeMap<>(),
                Optional.of(sealed),
                "/out",
                1,
                CpuLevel.DEFAULT,
                Equality.EXACT,
                Profile.current())
            .encryptedTo(recipient);
    JobTransfer.putSpec(alice, spec);
    return spec;
  }

  private Preparation prepare(MatchId match, JobSpec spec, Optional<AgeKey> given) {
    JobSource source =
        new JobSource(
            match,
            ALICE,
            spec.digest().sha256(),
            image.baseLayer(),
            Architecture.AMD64,
            new Limits(1000, 1, 1000, 100_000));
    return runner.prepare(bob, source, ImageTraffic.NEVER, (d, s, recipient) -> given);
  }

  private Preparation prepare(JobSpec spec) {
    return prepare(MATCH, spec, Optional.of(key));
  }

  private static void isFailed(Preparation preparation, ResultStatus status, String why) {
    assertThat(preparation)
        .isInstanceOfSatisfying(
            Preparation.Failed.class,
            failed -> {
              assertThat(failed.status()).isEqualTo(status);
              assertThat(failed.explanation()).contains(why);
            });
  }

  @Test
  void theJobFindsItsInputPlainAndCrossesTheNetworkEncrypted() throws IOException {
    FolderTransfer.Put put = putInput(key);
    JobSpec spec = putJob(put.manifest(), key.recipient());

    Preparation.Ready ready = (Preparation.Ready) prepare(spec);

    assertThat(ready.input().orElseThrow().resolve("numbers")).hasContent(SECRET);
    assertThat(ready.traffic().others())
        .isEqualTo(spec.canonical().length + image.manifest().size() + put.bytesMoved());
    try (var files = Files.walk(folder.resolve("work"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .as("what is no longer needed is gone")
          .doesNotContain("stored-input", "index");
    }
  }

  @Test
  void withoutItsKeyTheJobIsNotThereYet() {
    JobSpec spec = putJob(putInput(key).manifest(), key.recipient());

    isFailed(
        prepare(MATCH, spec, Optional.empty()),
        ResultStatus.JOB_NOT_FOUND,
        "its key was not handed over yet");
    isFailed(
        prepare(MATCH, spec, Optional.of(AgeKey.fresh())),
        ResultStatus.JOB_NOT_FOUND,
        "its key was not handed over yet");
    runner = restarted();
    assertThat(prepare(spec)).isInstanceOf(Preparation.Ready.class);
  }

  @Test
  void whatTheKeyDoesNotOpenIsNotTheJobThatWasDescribed() {
    String why = "the job's encrypted input: the encrypted folder's index";
    JobSpec toAnother = putJob(putInput(AgeKey.fresh()).manifest(), key.recipient());
    isFailed(prepare(toAnother), ResultStatus.JOB_DESCRIPTION_ERROR, why);

    Digest plain = new FolderTransfer(alice).put(input, TransferProgress.NONE).manifest();
    runner.remove(MATCH, List.of());
    isFailed(
        prepare(putJob(plain, key.recipient())),
        ResultStatus.JOB_DESCRIPTION_ERROR,
        "the folder is not encrypted");
  }

  @Test
  void aRecipientThatNobodyCanHaveTheKeyOfIsTheJobsFault() {
    JobSpec spec = putJob(putInput(key).manifest(), new AgeRecipient("age1" + "q".repeat(58)));

    isFailed(prepare(spec), ResultStatus.JOB_DESCRIPTION_ERROR, "nothing can be encrypted to");
  }

  @Test
  void aBombIsRefusedByWhatItsIndexSays() {
    byte[] zeros = new byte[50_000];
    Digest content = Sha256.of(zeros);
    Manifest many =
        new Manifest(
            java.util.stream.IntStream.range(0, 100)
                .mapToObj(i -> ManifestEntry.file("f" + i, 0644, content))
                .toList());
    Path folderOfOne = folder.resolve("bomb");
    try {
      Files.createDirectories(folderOfOne);
      Files.write(folderOfOne.resolve("f0"), zeros);
      for (int i = 1; i < 100; i++) {
        Files.createLink(folderOfOne.resolve("f" + i), folderOfOne.resolve("f0"));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Digest sealed =
        new EncryptedUpload(alice, folder.resolve("encrypted"))
            .put(many, folderOfOne, key.recipient(), TransferProgress.NONE)
            .manifest();

    isFailed(
        prepare(putJob(sealed, key.recipient())),
        ResultStatus.STORAGE_EXCEEDED,
        "the input has 5000000 bytes");
  }

  @Test
  void ofASweepOverOneEncryptedInputTheFileComesOnce() {
    putInput(key);
    JobSpec first = putJob(putInput(key).manifest(), key.recipient());
    prepare(first);
    AgeKey second = AgeKey.fresh();
    JobSpec next = putJob(putInput(second).manifest(), second.recipient());

    Preparation.Ready ready =
        (Preparation.Ready)
            prepare(new MatchId(Sha256.ofUtf8("the next").sha256()), next, Optional.of(second));

    assertThat(ready.traffic().kept()).isGreaterThanOrEqualTo(SECRET.length());
    assertThat(ready.input().orElseThrow().resolve("numbers")).hasContent(SECRET);
  }

  @Test
  void theOutputIsPutSoThatOnlyTheJobsKeyOpensItAndBilledAsItIsPut() throws Exception {
    engine.otherwise(run -> ScriptedOutcome.completed(Map.of("out.txt", SECRET), 100));
    JobSpec spec = putJob(putInput(key).manifest(), key.recipient());
    Preparation.Ready ready = (Preparation.Ready) prepare(spec);
    Limits limits = new Limits(1000, 1, 1000, 100_000);
    RunOutcome outcome =
        runner.run(new RunName("bob", MATCH, 0), ready, limits, 1, Duration.ofSeconds(10));
    long before = size();

    runner.publish(bob, MATCH, Optional.of(spec), outcome.output(), outcome.outputFolder());

    Digest announced = bob.findResult(MATCH, BOB).orElseThrow();
    EncryptedFolder found = EncryptedFolder.open(alice, BOB, announced, key);
    assertThat(found.plain()).isEqualTo(outcome.output());
    assertThat(JobResult.of(spec, outcome, 0, limits).usage().bandwidth())
        .isEqualTo(size() - before);
    assertThat(store.everything())
        .noneMatch(o -> new String(o, StandardCharsets.ISO_8859_1).contains("secret numbers"));

    restarted().publish(bob, MATCH, Optional.of(spec), outcome.output(), outcome.outputFolder());
    Digest again = bob.findResult(MATCH, BOB).orElseThrow();
    EncryptedFolder second = EncryptedFolder.open(alice, BOB, again, key);
    assertThat(second.sealed().entries().getFirst())
        .as("killed and asked again, it encrypts no content twice")
        .isEqualTo(found.sealed().entries().getFirst());
  }

  private long size() {
    return store.everything().stream().mapToLong(object -> object.length).sum();
  }

  @Test
  void anOutputThatIsTooLargeOnlyForBeingEncryptedIsTooLarge() {
    Manifest output =
        new Manifest(List.of(ManifestEntry.file("out", 0644, Sha256.of(new byte[0]))));
    RunOutcome outcome =
        new RunOutcome(
            ResultStatus.COMPLETED,
            output,
            folder,
            1,
            Duration.ZERO,
            Duration.ZERO,
            1,
            0,
            "",
            "it ended");
    JobSpec spec = putJob(putInput(key).manifest(), key.recipient());
    long size = EncryptedFolder.uploadSize(output);

    assertThat(JobResult.of(spec, outcome, 0, new Limits(1, 1, 1, size)).status())
        .isEqualTo(ResultStatus.COMPLETED);
    assertThat(JobResult.of(spec, outcome, 0, new Limits(1, 1, 1, size - 1)).status())
        .isEqualTo(ResultStatus.BANDWIDTH_EXCEEDED);
  }
}
