package modicum.executor.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.directory.image.ImageTransfer;
import modicum.directory.memory.InMemoryDirectory;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.BadImage;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.Runs;
import modicum.executor.image.ProgramImage;
import modicum.executor.sandbox.Profile;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.job.SandboxProfile;
import modicum.protocol.match.MatchId;
import modicum.protocol.offer.Limits;
import modicum.protocol.result.ResultStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRunnerTest {
  private static final Address ALICE =
      Address.fromHex("0x00000000000000000000000000000000000a11ce");
  private static final Address BOB = Address.fromHex("0x0000000000000000000000000000000000000b0b");
  private static final Address DORA = Address.fromHex("0x000000000000000000000000000000000000d02a");
  private static final MatchId MATCH = new MatchId(Sha256.ofUtf8("match").sha256());

  @TempDir Path folder;
  private final InMemoryStore store = new InMemoryStore(DORA);
  private final InMemoryDirectory alice = store.viewOf(ALICE);
  private final InMemoryDirectory bob = store.viewOf(BOB);
  private ScriptedEngine engine;
  private JobRunner runner;
  private ImageReference image;
  private SandboxProfile sandbox = Profile.current();
  private CpuLevel level = CpuLevel.DEFAULT;
  private JobSpec spec;
  private long inputSize;

  @BeforeEach
  void aJobInTheDirectory() throws IOException {
    engine = new ScriptedEngine(folder.resolve("engine"));
    runner = restarted();
    Path program = Files.writeString(folder.resolve("program"), "a program");
    image = putImage(program, "program");
    Path input = Files.createDirectories(folder.resolve("input"));
    Files.writeString(input.resolve("numbers"), "1 2 3\n");
    var put = new FolderTransfer(alice).put(input, TransferProgress.NONE);
    inputSize = put.bytesMoved();
    spec = putSpec(put.manifest());
  }

  private ImageReference putImage(Path program, String command) throws IOException {
    ImageReference written =
        ProgramImage.write(program, List.of(), List.of(command), Architecture.AMD64, layout());
    new ImageTransfer(alice).put(layout(), written.manifest(), TransferProgress.NONE);
    return written;
  }

  private ImageLayout layout() {
    return new ImageLayout(folder.resolve("images"));
  }

  private ImageManifest manifest() {
    return layout().manifest(image.manifest()).orElseThrow();
  }

  private JobRunner restarted() {
    return on(CpuLevel.X86_64_V3);
  }

  private JobRunner on(CpuLevel machine) {
    return new JobRunner(
        new ScriptedExecutor(engine, "tester"), folder.resolve("work"), Optional.of(machine));
  }

  private JobSpec putSpec(Digest input) {
    JobSpec job =
        new JobSpec(
            image,
            List.of(),
            new TreeMap<>(),
            Optional.of(input),
            "/out",
            1,
            level,
            Equality.EXACT,
            sandbox);
    JobTransfer.putSpec(alice, job);
    return job;
  }

  private Preparation prepare(CpuLevel ofTheJob, Architecture ofItsOffer) {
    level = ofTheJob;
    JobSpec leveled = putSpec(spec.input().orElseThrow());
    return prepare(
        new JobSource(
            MATCH,
            ALICE,
            leveled.digest().sha256(),
            image.baseLayer(),
            ofItsOffer,
            new Limits(1000, 1, 1000, whole())));
  }

  @Test
  void runsAJobOfTheLevelThatItsOfferSays() {
    assertThat(prepare(CpuLevel.X86_64_V3, Architecture.AMD64.at(CpuLevel.X86_64_V3)))
        .isInstanceOf(Preparation.Ready.class);
  }

  @Test
  void refusesAJobThatIsForAnotherLevelThanItsOfferSays() {
    Preparation refused = prepare(CpuLevel.X86_64_V4, Architecture.AMD64);
    isFailed(refused, ResultStatus.JOB_DESCRIPTION_ERROR);
    assertThat(((Preparation.Failed) refused).explanation())
        .isEqualTo("the job is for CPUs of x86-64-v4, its offer says x86-64-v2");
  }

  @Test
  void declinesAJobOfALevelThatThisMachineDoesNotHave() {
    runner = on(CpuLevel.X86_64_V2);
    Preparation declined = prepare(CpuLevel.X86_64_V3, Architecture.AMD64.at(CpuLevel.X86_64_V3));
    isFailed(declined, ResultStatus.DECLINED);
    assertThat(((Preparation.Failed) declined).explanation())
        .isEqualTo("the job is for CPUs of x86-64-v3, this machine's are x86-64-v2");
  }

  private JobSource source(long bandwidth) {
    return source(spec.digest().sha256(), image.baseLayer(), bandwidth);
  }

  private static JobSource source(Bytes32 job, Bytes32 baseLayer, long bandwidth) {
    return new JobSource(
        MATCH, ALICE, job, baseLayer, Architecture.AMD64, new Limits(1000, 1, 1000, bandwidth));
  }

  private Preparation prepare(JobSource source) {
    return runner.prepare(bob, source, ImageTraffic.IF_FETCHED);
  }

  private long whole() {
    return spec.canonical().length + inputSize + image.manifest().size() + manifest().size();
  }

  private static void isFailed(Preparation preparation, ResultStatus status) {
    assertThat(preparation)
        .isInstanceOfSatisfying(
            Preparation.Failed.class, f -> assertThat(f.status()).isEqualTo(status));
  }

  @Test
  void bringsSpecImageAndInputHereAndCountsTheBytes() {
    Preparation.Ready ready = (Preparation.Ready) prepare(source(whole()));
    assertThat(ready.spec()).isEqualTo(spec);
    assertThat(ready.input().orElseThrow().resolve("numbers")).hasContent("1 2 3\n");
    assertThat(ready.traffic().moved()).isEqualTo(whole());
  }

  @Test
  void ofASweepOverOneInputTheFileComesOnceAndIsBilledOnce() {
    runner =
        new JobRunner(
            new ScriptedExecutor(engine, "tester"),
            folder.resolve("work"),
            new KeptInputs(folder.resolve("kept"), 1000));
    JobSource first = source(whole());
    Traffic moved = prepare(first).traffic();
    assertThat(moved.kept()).isZero();
    store.lose(ALICE, Sha256.ofUtf8("1 2 3\n").sha256());
    JobSource second =
        new JobSource(
            new MatchId(Sha256.ofUtf8("the next of the sweep").sha256()),
            ALICE,
            first.jobDigest(),
            first.baseLayer(),
            first.architecture(),
            first.limits());

    Preparation.Ready ready = (Preparation.Ready) prepare(second);

    assertThat(ready.input().orElseThrow().resolve("numbers")).hasContent("1 2 3");
    assertThat(ready.traffic().kept()).isEqualTo("1 2 3\n".length());
    assertThat(ready.traffic().counted()).isEqualTo(moved.others());
    assertThat(ready.traffic().moved()).isEqualTo(moved.others() - "1 2 3\n".length());
    assertThat(prepare(second).traffic()).as("found again").isEqualTo(ready.traffic());
  }

  @Test
  void refusesAJobThatIsOneByteTooLargeBeforeItsImageIsFetched() {
    store.lose(ALICE, image.baseLayer());
    isFailed(prepare(source(whole() - 1)), ResultStatus.BANDWIDTH_EXCEEDED);
  }

  @Test
  void fetchesNoImageThatTheEngineHas() {
    prepare(source(whole()));
    runner.remove(MATCH, List.of());
    store.lose(ALICE, image.baseLayer());
    long others = whole() - manifest().size();
    Preparation again = prepare(source(others));
    assertThat(again).isInstanceOf(Preparation.Ready.class);
    assertThat(again.traffic().moved()).isEqualTo(others);
    assertThat(again.traffic().whole()).isEqualTo(whole());
  }

  @Test
  void fetchesAndBillsOnlyTheLayersThatTheEngineLacks() throws IOException {
    prepare(source(whole()));
    runner.remove(MATCH, List.of());
    image = putImage(folder.resolve("program"), "another command");
    spec = putSpec(spec.input().orElseThrow());
    store.lose(ALICE, image.baseLayer());
    long own = manifest().config().size();
    long others = whole() - manifest().size();
    Preparation second = prepare(source(others + own));
    assertThat(second).isInstanceOf(Preparation.Ready.class);
    assertThat(second.traffic().moved()).isEqualTo(others + own);
    assertThat(second.traffic().whole()).isEqualTo(whole());
  }

  @Test
  void aManifestThatIsNoneIsTheJobsFault() {
    byte[] nonsense = "no manifest".getBytes(StandardCharsets.UTF_8);
    alice.put(Sha256.of(nonsense), () -> new ByteArrayInputStream(nonsense), TransferProgress.NONE);
    image = new ImageReference(Sha256.of(nonsense), image.id(), image.baseLayer());
    spec = putSpec(spec.input().orElseThrow());
    isFailed(prepare(source(1 << 20)), ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void countsAnImageAsWhoChecksAProviderWants() {
    long others = whole() - manifest().size();
    assertThat(runner.prepare(bob, source(others), ImageTraffic.NEVER))
        .isInstanceOf(Preparation.Ready.class);
    runner.remove(MATCH, List.of());
    isFailed(
        runner.prepare(bob, source(whole() - 1), ImageTraffic.ALWAYS),
        ResultStatus.BANDWIDTH_EXCEEDED);
  }

  @Test
  void fetchesAndBillsNothingTwiceAfterARestart() {
    Preparation first = prepare(source(whole()));
    store.goDown();
    runner = restarted();
    assertThat(prepare(source(whole()))).isEqualTo(first);
    assertThat(runner.matches()).containsExactly(MATCH);
  }

  @Test
  void billsAnImageThatWasFetchedAndLoadedJustBeforeAKill() {
    store.lose(ALICE, Sha256.ofUtf8("1 2 3\n").sha256());
    isFailed(prepare(source(whole())), ResultStatus.JOB_NOT_FOUND);
    alice.put(
        Sha256.ofUtf8("1 2 3\n"),
        () -> new ByteArrayInputStream("1 2 3\n".getBytes(StandardCharsets.UTF_8)),
        TransferProgress.NONE);
    runner = restarted();
    assertThat(prepare(source(whole())).traffic().moved()).isEqualTo(whole());
  }

  @Test
  void tellsWhatIsNotThereFromWhatIsWrong() {
    Bytes32 base = image.baseLayer();
    isFailed(
        prepare(source(Sha256.ofUtf8("none").sha256(), base, 1000)), ResultStatus.JOB_NOT_FOUND);
    byte[] nonsense = "nonsense\n".repeat(100).getBytes(StandardCharsets.UTF_8);
    alice.put(Sha256.of(nonsense), () -> new ByteArrayInputStream(nonsense), TransferProgress.NONE);
    runner.remove(MATCH, List.of());
    isFailed(
        prepare(source(Sha256.of(nonsense).sha256(), base, 1000)),
        ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  @Test
  void refusesAJobOnAnotherBaseLayerThanItsOfferSays() {
    Preparation refused =
        prepare(source(spec.digest().sha256(), Sha256.ofUtf8("other").sha256(), whole()));
    isFailed(refused, ResultStatus.JOB_DESCRIPTION_ERROR);
    assertThat(((Preparation.Failed) refused).explanation()).contains("base layer");
  }

  @Test
  void declinesAJobThatIsMadeForAnotherSandbox() {
    sandbox = new SandboxProfile(Profile.current().version() + 1, Profile.current().digest());
    spec = putSpec(spec.input().orElseThrow());

    Preparation declined = prepare(source(whole()));

    isFailed(declined, ResultStatus.DECLINED);
    assertThat(((Preparation.Failed) declined).explanation())
        .contains(sandbox.toString())
        .contains(Profile.current().toString());
    assertThat(JobResult.of((Preparation.Failed) declined, Runs.LIMITS).usage().bandwidth())
        .isZero();
  }

  @Test
  void refusesAnImageThatIsNotWhatTheJobNames() {
    ImageReference other =
        new ImageReference(
            image.manifest(), Sha256.ofUtf8("another image").sha256(), image.baseLayer());
    long enough = whole();
    image = other;
    spec = putSpec(spec.input().orElseThrow());
    isFailed(prepare(source(enough)), ResultStatus.JOB_DESCRIPTION_ERROR);
  }

  /** The same whether the engine has the image or not: provider and mediator must agree. */
  @Test
  void refusesAnImageOnAnotherBaseLayerThanTheJobNamesAlsoWhereTheEngineHasIt() {
    Bytes32 other = Sha256.ofUtf8("another base layer").sha256();
    long enough = whole();
    JobSpec honest = spec;
    image = new ImageReference(image.manifest(), image.id(), other);
    spec = putSpec(spec.input().orElseThrow());
    Preparation.Failed without = (Preparation.Failed) prepare(source(enough));
    runner.remove(MATCH, List.of());
    engineGetsTheImageOf(honest);

    Preparation.Failed with = (Preparation.Failed) prepare(source(enough));

    isFailed(without, ResultStatus.JOB_DESCRIPTION_ERROR);
    assertThat(with.status()).isEqualTo(without.status());
    assertThat(with.explanation())
        .contains("stands on base layer")
        .isEqualTo(without.explanation());
    assertThat(with.traffic().whole()).isEqualTo(without.traffic().whole());
  }

  @Test
  void refusesAManifestOfOtherLayersThanTheImageHasAlsoWhereTheEngineHasIt() throws IOException {
    ImageReference two =
        putImage(Files.writeString(folder.resolve("second"), "another program"), "second");
    ImageManifest stolen =
        new ImageManifest(
            manifest().config(), layout().manifest(two.manifest()).orElseThrow().layers());
    JobSpec honest = spec;
    layout().write(stolen.canonical());
    alice.put(
        stolen.digest(), () -> new ByteArrayInputStream(stolen.canonical()), TransferProgress.NONE);
    image = new ImageReference(stolen.digest(), image.id(), two.baseLayer());
    spec = putSpec(spec.input().orElseThrow());
    long enough = whole();
    Preparation.Failed without = (Preparation.Failed) prepare(source(enough));
    runner.remove(MATCH, List.of());
    engineGetsTheImageOf(honest);

    Preparation.Failed with = (Preparation.Failed) prepare(source(enough));

    isFailed(without, ResultStatus.JOB_DESCRIPTION_ERROR);
    assertThat(with.status()).isEqualTo(without.status());
    assertThat(with.explanation()).contains("other layers").isEqualTo(without.explanation());
    assertThat(with.traffic().whole()).isEqualTo(without.traffic().whole());
    assertThat(runner.loadComparator(bob, source(enough), image))
        .as("and so with a comparator")
        .hasValueSatisfying(why -> assertThat(why).contains("other layers"));
  }

  private void engineGetsTheImageOf(JobSpec honest) {
    try {
      new ScriptedExecutor(engine, "tester").loadImage(honest.image(), layout().folder());
    } catch (BadImage e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isNotFilledUpByAnInputThatListsOneFileManyTimes() {
    Digest content = Sha256.ofUtf8("1 2 3\n");
    Manifest larger =
        new Manifest(
            List.of(
                ManifestEntry.file("a", 0644, new Digest(content.sha256(), 1L << 55)),
                ManifestEntry.file("b", 0644, new Digest(content.sha256(), 1L << 55))));
    alice.put(
        larger.digest(), () -> new ByteArrayInputStream(larger.canonical()), TransferProgress.NONE);
    spec = putSpec(larger.digest());
    isFailed(prepare(source(1L << 55)), ResultStatus.STORAGE_EXCEEDED);
  }

  @Test
  void leavesADirectoryThatIsDownToTheCaller() {
    store.goDown();
    assertThatThrownBy(() -> prepare(source(whole()))).isInstanceOf(DirectoryUnavailable.class);
  }

  @Test
  void givesTheEngineAnImageAgainThatItLostMeanwhile() {
    Preparation first = prepare(source(whole()));
    engine = new ScriptedEngine(folder.resolve("engine"));
    runner = restarted();
    assertThat(prepare(source(whole()))).isEqualTo(first);
    assertThat(new ScriptedExecutor(engine, "tester").hasImage(image.id())).isTrue();
  }

  @Test
  void runsAJobOnceHoweverOftenItIsAsked() throws InterruptedException {
    Preparation.Ready ready = (Preparation.Ready) prepare(source(whole()));
    RunName name = new RunName("tester", MATCH, 0);
    Limits limits = new Limits(1000, 1, 1, 1);
    RunOutcome first = runner.run(name, ready, limits, 1, Duration.ofSeconds(10));
    assertThat(restarted().run(name, ready, limits, 1, Duration.ofSeconds(10))).isEqualTo(first);
    assertThat(engine.starts(name)).isEqualTo(1);
  }

  @Test
  void givesARunTwiceTheTimeOfItsInstructionsAndTenSecondsToStart() {
    assertThat(JobRunner.wallClock(1_000_000, 5000)).isEqualTo(Duration.ofSeconds(20));
    assertThat(JobRunner.wallClock(1L << 55, 1L << 55)).isEqualTo(Duration.ofDays(365));
  }
}
