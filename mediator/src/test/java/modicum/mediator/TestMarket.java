package modicum.mediator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.folder.JobTransfer;
import modicum.directory.memory.InMemoryDirectory;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.image.ProgramImage;
import modicum.executor.output.OddOutput;
import modicum.executor.output.OutputFolder;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Submission;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.memory.InMemoryLedger;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.job.Equality;
import modicum.protocol.job.ImageReference;
import modicum.protocol.job.JobSpec;
import modicum.protocol.market.Command;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
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

/** A market of twins around one mediator: alice has jobs, bob provides, mia mediates. */
final class TestMarket {
  static final long START = 1_000_000;
  static final long COMPLETION = 300;
  static final long REACTION = 100;
  static final long MEDIATION = 200;
  static final Limits LIMITS = new Limits(1000, 1 << 20, 1 << 20, 100_000);
  static final MarketParameters PARAMETERS =
      new MarketParameters(2, 2, REACTION, MEDIATION, 1000, MarketParameters.BURNT);

  final InMemoryChain chain = new InMemoryChain(PARAMETERS, START);
  final InMemoryLedger alice = chain.ledger("alice");
  final InMemoryLedger bob = chain.ledger("bob");
  final InMemoryLedger mia = chain.ledger("mia");
  final InMemoryLedger dora = chain.ledger("dora");
  final InMemoryLedger sam = chain.ledger("sam");
  final InMemoryStore store =
      new InMemoryStore(dora.account(), () -> chain.ledger("clock").head().time());
  final ScriptedEngine engine;
  final Path folder;
  final ImageReference image;
  final JobSpec spec;
  private long nonce;

  TestMarket(Path folder) {
    this.folder = folder;
    this.engine = new ScriptedEngine(folder.resolve("engine"));
    for (InMemoryLedger party : List.of(alice, bob)) {
      chain.give(party.account(), Wei.of(1_000_000_000));
    }
    this.image = putImage();
    this.spec = putJob(putInput());
    register();
  }

  private ImageReference putImage() {
    try {
      Files.createDirectories(folder);
      Path program = Files.writeString(folder.resolve("program"), "a program");
      Path archive = folder.resolve("image.tar");
      ImageReference written =
          ProgramImage.write(program, List.of(), List.of("program"), Architecture.AMD64, archive);
      aliceDirectory()
          .put(written.archive(), () -> Files.newInputStream(archive), TransferProgress.NONE);
      return written;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Digest putInput() {
    try {
      Path input = Files.createDirectories(folder.resolve("input"));
      Files.writeString(input.resolve("numbers"), "1 2 3\n");
      return new FolderTransfer(aliceDirectory()).put(input, TransferProgress.NONE).manifest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JobSpec putJob(Digest input) {
    JobSpec job =
        new JobSpec(
            image,
            List.of(),
            new TreeMap<>(),
            Optional.of(input),
            JobSpec.DEFAULT_OUTPUT_FOLDER,
            1,
            Equality.EXACT);
    JobTransfer.putSpec(aliceDirectory(), job);
    return job;
  }

  /** Puts a job whose outputs are equal when a comparator says so. */
  JobSpec putJobWithComparator() {
    JobSpec job =
        new JobSpec(
            image,
            List.of("approximately"),
            new TreeMap<>(),
            spec.input(),
            JobSpec.DEFAULT_OUTPUT_FOLDER,
            1,
            new Equality.Comparator(image));
    JobTransfer.putSpec(aliceDirectory(), job);
    return job;
  }

  private void register() {
    must(alice, new Command.RegisterJobCreator(alice.account()));
    must(dora, new Command.RegisterDirectory(dora.account(), new Directory(Wei.of(3), "memory:")));
    must(
        alice,
        new Command.SetTrust(
            alice.account(),
            Trust.JOB_CREATOR_TRUSTS_MEDIATOR,
            List.of(mia.account().toWord()),
            true));
    must(
        bob,
        new Command.RegisterResourceProvider(
            bob.account(), new ResourceProvider(Architecture.AMD64, 1_000_000)));
    trust(Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, mia.account().toWord());
    trust(Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, dora.account().toWord());
    trust(Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, image.baseLayer());
    must(bob, new Command.Deposit(bob.account(), Wei.of(500_000_000)));
    must(alice, new Command.Deposit(alice.account(), Wei.of(500_000_000)));
  }

  private void trust(Trust kind, Bytes32 subject) {
    must(bob, new Command.SetTrust(bob.account(), kind, List.of(subject), true));
  }

  InMemoryDirectory aliceDirectory() {
    return store.viewOf(alice.account());
  }

  MediatorConfig config() {
    return new MediatorConfig(
        "amd64",
        1_000_000,
        1,
        1,
        BigInteger.valueOf(5),
        List.of(dora.account().toString()),
        List.of(image.baseLayer().toHex()),
        List.of(),
        null,
        30L,
        20L,
        "the scripted engine",
        1000L,
        "127.0.0.1",
        0,
        folder.resolve("mia").toString());
  }

  MediatorWorld world() {
    return new MediatorWorld(
        mia,
        address -> store.viewOf(mia.account()),
        address -> store.viewOf(mia.account()),
        new ScriptedExecutor(engine, MediatorRuns.of(mia.account(), 2).owner()));
  }

  /** A mediator just started, over the same world as the ones before it. */
  AgentLoop<MediatorAction> mediator(MediatorWorld world) {
    return new AgentLoop<>(
        new MediatorAgent(config(), world, MediatorMeter.NONE),
        new LedgerFollower(world.ledger(), LedgerFollower.Options.DEFAULT),
        AgentLoop.Options.DEFAULT);
  }

  AgentLoop<MediatorAction> mediator() {
    return mediator(world());
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

  JobOffer offer(Bytes32 jobDigest, Limits limits) {
    return new JobOffer(
        alice.account(),
        limits,
        Prices.of(5, 2),
        now() + COMPLETION,
        Wei.of(2),
        image.baseLayer(),
        jobDigest,
        dora.account(),
        Architecture.AMD64,
        nonce++,
        now() + COMPLETION);
  }

  MatchId match() {
    return match(offer(spec.digest().sha256(), LIMITS));
  }

  /** Sam matches a job with an offer of bob. */
  MatchId match(JobOffer job) {
    ResourceOffer resource =
        new ResourceOffer(
            bob.account(),
            new Capacity(10_000, 1 << 24, 1 << 24, 1 << 24),
            Prices.of(3, 1),
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

  /** Bob puts an output into the directory, and posts it as his result. */
  void post(MatchId match, Map<String, String> output, Usage usage) {
    post(match, ResultStatus.COMPLETED, publish(match, output), usage);
  }

  Manifest publish(MatchId match, Map<String, String> output) {
    try {
      Path files = Files.createTempDirectory(folder, "output");
      for (Map.Entry<String, String> file : output.entrySet()) {
        Files.writeString(files.resolve(file.getKey()), file.getValue());
      }
      InMemoryDirectory directory = store.viewOf(bob.account());
      Manifest manifest = new OutputFolder(files, 100).collect();
      directory.announceResult(
          match,
          new FolderTransfer(directory).put(manifest, files, TransferProgress.NONE).manifest());
      return manifest;
    } catch (IOException | OddOutput e) {
      throw new AssertionError(e);
    }
  }

  void post(MatchId match, ResultStatus status, Manifest output, Usage usage) {
    Bytes32 commitment = ResultCommitment.of(match, bob.account(), output.digest().sha256());
    must(bob, new Command.PostResult(bob.account(), match, new Result(status, commitment, usage)));
  }

  void reject(MatchId match, RejectReason reason) {
    must(alice, new Command.RejectResult(alice.account(), match, reason));
  }

  Match seen(MatchId match) {
    return chain.state().match(match).orElseThrow();
  }

  long now() {
    return alice.head().time();
  }

  static void must(InMemoryLedger ledger, Command command) {
    if (ledger.submit(command) instanceof Submission.Refused refused) {
      throw new AssertionError(command + " refused: " + refused.rejection().sentence());
    }
  }
}
