package modicum.mediator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageTransfer;
import modicum.directory.memory.InMemoryDirectory;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.image.ProgramImage;
import modicum.executor.job.ImageTraffic;
import modicum.executor.job.JobResult;
import modicum.executor.job.JobRunner;
import modicum.executor.job.JobSource;
import modicum.executor.job.Preparation;
import modicum.executor.sandbox.Profile;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.executor.scripted.ScriptedOutcome;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Submission;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.memory.InMemoryLedger;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.job.CpuLevel;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.market.Command;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.RejectReason;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/** A market of twins around one mediator, mia: alice has jobs, bob provides. */
final class TestMarket {
  static final long START = 1_000_000;
  static final long COMPLETION = 300;
  static final long REACTION = 100;
  static final long MEDIATION = 200;

  /** Of two sides, how much more than the mediator a provider may claim: a tenth. */
  static final int TOLERANCE = 1000;

  /** Of a dispute that begins now: how long a silent directory is waited for, seconds. */
  static final long PATIENCE = MEDIATION - MEDIATION / 4;

  static final long GRACE = 60;
  static final long TIME_PER_INSTRUCTION = 1_000_000;
  static final Limits LIMITS = new Limits(1000, 1 << 20, 1 << 20, 100_000);
  static final MarketParameters PARAMETERS =
      new MarketParameters(2, 2, REACTION, MEDIATION, TOLERANCE, MarketParameters.BURNT);
  static final Prices MOST = Prices.of(5, 2);
  static final Prices OF_BOB = Prices.of(3, 1);

  final InMemoryChain chain = new InMemoryChain(PARAMETERS, START);
  final InMemoryLedger alice = chain.ledger("alice");
  final InMemoryLedger bob = chain.ledger("bob");
  final InMemoryLedger mia = chain.ledger("mia");
  final InMemoryLedger dora = chain.ledger("dora");
  final InMemoryLedger sam = chain.ledger("sam");
  final InMemoryStore store =
      new InMemoryStore(dora.account(), () -> chain.ledger("clock").head().time())
          .signedBy(dora.signer());
  final ScriptedEngine engine;
  final Path folder;
  final ImageReference image;
  final JobSpec spec;
  private Function<RunRequest, ScriptedOutcome> bobsScript =
      request -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 700);
  private long nonce;

  TestMarket(Path folder) {
    this.folder = folder;
    this.engine = new ScriptedEngine(folder.resolve("engine"));
    for (InMemoryLedger party : List.of(alice, bob)) {
      chain.give(party.account(), Wei.of(1_000_000_000));
    }
    this.image = putImage("a program");
    this.spec = putJob(Equality.EXACT);
    register();
  }

  // ------------------------------------------------------------- the parties

  ImageReference putImage(String text) {
    try {
      Files.createDirectories(folder);
      Path program = Files.writeString(folder.resolve("program"), text);
      ImageLayout layout = new ImageLayout(folder.resolve("images"));
      ImageReference written =
          ProgramImage.write(program, List.of(), List.of("program"), Architecture.AMD64, layout);
      new ImageTransfer(ofAlice()).put(layout, written.manifest(), TransferProgress.NONE);
      return written;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that who lacks the image moves for it. */
  long imageSize() {
    return new ImageLayout(folder.resolve("images"))
        .manifest(image.manifest())
        .orElseThrow()
        .size();
  }

  private Digest putInput() {
    try {
      Path input = Files.createDirectories(folder.resolve("input"));
      Files.writeString(input.resolve("numbers"), "1 2 3\n");
      return new FolderTransfer(ofAlice()).put(input, TransferProgress.NONE).manifest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JobSpec putJob(Equality equality) {
    JobSpec job =
        new JobSpec(
            image,
            List.of(),
            new TreeMap<>(),
            Optional.of(putInput()),
            JobSpec.DEFAULT_OUTPUT_FOLDER,
            1,
            CpuLevel.DEFAULT,
            equality,
            Profile.current());
    JobTransfer.putSpec(ofAlice(), job);
    return job;
  }

  private void register() {
    must(alice, new Command.RegisterJobCreator(alice.account()));
    must(
        bob,
        new Command.RegisterResourceProvider(
            bob.account(), new ResourceProvider(Architecture.AMD64, TIME_PER_INSTRUCTION)));
    must(dora, new Command.RegisterDirectory(dora.account(), new Directory(Wei.of(3), "memory:")));
    trust(alice, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, mia.account().toWord());
    trust(bob, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, mia.account().toWord());
    trust(bob, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, dora.account().toWord());
    trust(bob, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, image.baseLayer());
    must(alice, new Command.Deposit(alice.account(), Wei.of(500_000_000)));
    must(bob, new Command.Deposit(bob.account(), Wei.of(500_000_000)));
  }

  private static void trust(InMemoryLedger who, Trust kind, Bytes32 subject) {
    must(who, new Command.SetTrust(who.account(), kind, List.of(subject), true));
  }

  InMemoryDirectory ofAlice() {
    return store.viewOf(alice.account());
  }

  InMemoryDirectory ofBob() {
    return store.viewOf(bob.account());
  }

  InMemoryDirectory ofMia() {
    return store.viewOf(mia.account());
  }

  // ------------------------------------------------------------ the mediator

  MediatorConfig config() {
    return probingEvery(60);
  }

  /**
   * @param seconds between two looks at each directory
   */
  MediatorConfig probingEvery(long seconds) {
    return new MediatorConfig(
        "amd64",
        TIME_PER_INSTRUCTION,
        1,
        1,
        BigInteger.valueOf(5),
        List.of(dora.account().toString()),
        List.of(image.baseLayer().toHex()),
        List.of(),
        null,
        90L,
        GRACE,
        seconds,
        "scripted",
        20L,
        null,
        0,
        folder.resolve("mia").toString());
  }

  MediatorRuns runs() {
    return MediatorRuns.of(mia.account(), PARAMETERS.verificationCount());
  }

  MediatorWorld world() {
    return new MediatorWorld(
        mia,
        address -> ofMia(),
        address -> ofMia(),
        new ScriptedExecutor(engine, runs().owner()),
        this::now);
  }

  /** A mediator just started, over the same world as the ones before it. */
  AgentLoop<MediatorAction> mediator(MediatorWorld world) {
    return new AgentLoop<>(
        new MediatorAgent(config(), world, MediatorMeter.NONE),
        new LedgerFollower(world.ledger(), LedgerFollower.Options.DEFAULT),
        AgentLoop.Options.DEFAULT);
  }

  /** Lets a mediator do all that it wants to do now. */
  static void settle(AgentLoop<MediatorAction> mediator) {
    try {
      for (int round = 0; round < 30; round++) {
        if (mediator.step().isEmpty()) {
          return;
        }
      }
      throw new AssertionError("the mediator does not come to rest: " + mediator.step());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ----------------------------------------------------------------- stories

  MatchId match() {
    return match(spec, LIMITS);
  }

  MatchId match(JobSpec job, Limits limits) {
    return match(job.digest().sha256(), limits);
  }

  MatchId match(Bytes32 jobDigest, Limits limits) {
    JobOffer job =
        new JobOffer(
            alice.account(),
            limits,
            MOST,
            now() + COMPLETION,
            Wei.of(2),
            image.baseLayer(),
            jobDigest,
            dora.account(),
            Architecture.AMD64,
            nonce++,
            now() + COMPLETION);
    ResourceOffer resource =
        new ResourceOffer(
            bob.account(),
            new Capacity(10_000, 1 << 24, 1 << 24, 1 << 24),
            OF_BOB,
            Wei.of(1),
            1,
            nonce++,
            now() + COMPLETION);
    must(alice, new Command.PostJobOffer(alice.account(), job));
    must(bob, new Command.PostResourceOffer(bob.account(), resource));
    must(
        sam,
        new Command.PostMatch(
            sam.account(), job, Signature.NONE, resource, Signature.NONE, mia.account()));
    return chain.hasher().hash(job).asMatchId();
  }

  /** What bob's engine makes of jobs. */
  void bobsRuns(Function<RunRequest, ScriptedOutcome> script) {
    bobsScript = script;
  }

  /** Serves a match as an honest provider does, with what it needs, and posts the result. */
  Result serve(MatchId match) {
    try {
      return serveOn(match, new ScriptedEngine(folder.resolve("bobs-engine-" + match.toHex())));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Result serveOn(MatchId id, ScriptedEngine engineOfBob) throws InterruptedException {
    engineOfBob.otherwise(bobsScript);
    JobRunner runner =
        new JobRunner(new ScriptedExecutor(engineOfBob, "bob"), folder.resolve("bob"));
    Match match = seen(id);
    Limits limits = match.jobOffer().limits();
    Preparation prepared = runner.prepare(ofBob(), JobSource.of(match), ImageTraffic.IF_FETCHED);
    return switch (prepared) {
      case Preparation.Failed failed -> {
        JobResult result = JobResult.of(failed, limits);
        // A job that is not there was waited for, and cost nothing.
        Usage usage =
            result.status() == ResultStatus.JOB_NOT_FOUND ? Usage.NOTHING : result.usage();
        yield post(id, result.status(), Manifest.EMPTY, usage);
      }
      case Preparation.Ready ready -> {
        RunOutcome outcome =
            runner.run(
                new RunName("bob", id, 0),
                ready,
                limits,
                TIME_PER_INSTRUCTION,
                Duration.ofSeconds(60));
        JobResult result = JobResult.of(outcome, ready.traffic().moved(), limits);
        if (result.status() == ResultStatus.COMPLETED) {
          new FolderTransfer(ofBob())
              .put(result.output(), outcome.outputFolder(), TransferProgress.NONE);
          ofBob().announceResult(id, result.output().digest());
        }
        yield post(id, result.status(), result.output(), result.usage());
      }
    };
  }

  /** Posts a result without putting anything anywhere. */
  Result post(MatchId match, ResultStatus status, Manifest output, Usage usage) {
    Bytes32 commitment = ResultCommitment.of(match, bob.account(), output.digest().sha256());
    Result result = new Result(status, commitment, usage);
    must(bob, new Command.PostResult(bob.account(), match, result));
    return result;
  }

  Result post(MatchId match, ResultStatus status) {
    return post(match, status, Manifest.EMPTY, Usage.NOTHING);
  }

  /** Puts an output of one file where a provider puts it, and announces it. */
  Manifest putOutput(MatchId match, String text) {
    try {
      Path output = Files.createTempDirectory(folder, "output");
      Files.writeString(output.resolve("out.txt"), text);
      Digest manifest = new FolderTransfer(ofBob()).put(output, TransferProgress.NONE).manifest();
      ofBob().announceResult(match, manifest);
      return new FolderTransfer(ofBob()).readManifest(bob.account(), manifest);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Puts a manifest as it is, whatever it lists, and announces it. */
  void putManifest(MatchId match, Manifest manifest) {
    byte[] bytes = manifest.canonical();
    ofBob().put(Sha256.of(bytes), () -> new ByteArrayInputStream(bytes), TransferProgress.NONE);
    ofBob().announceResult(match, Sha256.of(bytes));
  }

  void reject(MatchId match, RejectReason reason) {
    must(alice, new Command.RejectResult(alice.account(), match, reason));
  }

  /** A match whose honestly served result is rejected. */
  MatchId disputed(RejectReason reason) {
    MatchId match = match();
    serve(match);
    reject(match, reason);
    return match;
  }

  Match seen(MatchId match) {
    return chain.state().match(match).orElseThrow();
  }

  MatchState.Closed closed(MatchId match) {
    if (seen(match).state() instanceof MatchState.Closed closed) {
      return closed;
    }
    throw new AssertionError("not closed: " + seen(match).state());
  }

  MatchState.Mediation mediation(MatchId match) {
    return closed(match).mediation().orElseThrow();
  }

  /** The evidence that a verdict names, as the directory has it. */
  String evidence(MatchId match) {
    try {
      byte[] file = ofMia().read(mia.account(), mediation(match).evidence(), 1 << 20);
      return new String(file, StandardCharsets.UTF_8);
    } catch (Exception e) {
      throw new AssertionError("the evidence is not there", e);
    }
  }

  long now() {
    return chain.ledger("clock").head().time();
  }

  static void must(InMemoryLedger ledger, Command command) {
    if (ledger.submit(command) instanceof Submission.Refused refused) {
      throw new AssertionError(command + " refused: " + refused.rejection().sentence());
    }
  }
}
