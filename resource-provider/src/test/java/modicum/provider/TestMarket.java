package modicum.provider;

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
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageTransfer;
import modicum.directory.memory.InMemoryDirectory;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.image.ProgramImage;
import modicum.executor.sandbox.Profile;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.ledger.LedgerFollower;
import modicum.ledger.Submission;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.memory.InMemoryLedger;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.InMemoryOrderBook;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.content.Digest;
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
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;

/** A market of twins around one provider: alice has jobs, bob provides. */
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
  final InMemoryOrderBook book = new InMemoryOrderBook(chain.hasher(), InMemorySigner.RECOVERY);
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
      ImageLayout layout = new ImageLayout(folder.resolve("images"));
      ImageReference written =
          ProgramImage.write(program, List.of(), List.of("program"), Architecture.AMD64, layout);
      new ImageTransfer(aliceDirectory()).put(layout, written.manifest(), TransferProgress.NONE);
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
            CpuLevel.DEFAULT,
            Equality.EXACT,
            Profile.current());
    JobTransfer.putSpec(aliceDirectory(), job);
    return job;
  }

  private void register() {
    must(alice, new Command.RegisterJobCreator(alice.account()));
    must(
        mia,
        new Command.RegisterMediator(
            mia.account(), new Mediator(Architecture.AMD64, Prices.of(1, 1), Wei.of(5))));
    must(dora, new Command.RegisterDirectory(dora.account(), new Directory(Wei.of(3), "memory:")));
    must(
        alice,
        new Command.SetTrust(
            alice.account(),
            Trust.JOB_CREATOR_TRUSTS_MEDIATOR,
            List.of(mia.account().toWord()),
            true));
    must(
        mia,
        new Command.SetTrust(
            mia.account(),
            Trust.MEDIATOR_TRUSTS_DIRECTORY,
            List.of(dora.account().toWord()),
            true));
    must(
        mia,
        new Command.SetTrust(
            mia.account(), Trust.MEDIATOR_SUPPORTS_BASE_LAYER, List.of(image.baseLayer()), true));
    must(alice, new Command.Deposit(alice.account(), Wei.of(500_000_000)));
  }

  InMemoryDirectory aliceDirectory() {
    return store.viewOf(alice.account());
  }

  ProviderConfig config(int slots) {
    return config(slots, 1_000_000, false, null);
  }

  /**
   * @param withdrawal may be null, as in a file that leaves it out
   */
  ProviderConfig config(
      int slots,
      long timePerInstruction,
      boolean offersOnChain,
      ProviderConfig.Withdrawal withdrawal) {
    return new ProviderConfig(
        "amd64",
        timePerInstruction,
        3,
        1,
        new Capacity(10_000, 1 << 24, 1 << 24, 1 << 24),
        slots,
        BigInteger.ONE,
        10_000L,
        offersOnChain,
        List.of("sam"),
        List.of(mia.account().toString()),
        List.of(dora.account().toString()),
        List.of(image.baseLayer().toHex()),
        List.of(),
        BigInteger.valueOf(100_000_000),
        withdrawal,
        60L,
        15L,
        20L,
        1000L,
        folder.resolve("bob").toString(),
        null,
        null);
  }

  ProviderWorld world() {
    return new ProviderWorld(
        bob,
        address -> store.viewOf(bob.account()),
        new ScriptedExecutor(engine, Runs.of(bob.account()).owner()),
        Map.of("sam", book));
  }

  /** A provider just started, over the same world as the ones before it. */
  AgentLoop<ProviderAction> provider(ProviderConfig config, ProviderWorld world) {
    return new AgentLoop<>(
        new ProviderAgent(config, world),
        new LedgerFollower(world.ledger(), LedgerFollower.Options.DEFAULT),
        AgentLoop.Options.DEFAULT);
  }

  AgentLoop<ProviderAction> provider() {
    return provider(config(1), world());
  }

  /** Lets a provider do all that it wants to do now. */
  static void settle(AgentLoop<ProviderAction> provider) {
    try {
      for (int round = 0; round < 30; round++) {
        if (provider.step().isEmpty()) {
          return;
        }
      }
      throw new AssertionError("the provider does not come to rest: " + provider.step());
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

  /** Sam matches a job with the first standing offer of bob. */
  MatchId match(JobOffer job) {
    return match(job, liveOffers().getFirst());
  }

  MatchId match(JobOffer job, SignedResourceOffer resource) {
    must(alice, new Command.PostJobOffer(alice.account(), job));
    must(
        sam,
        new Command.PostMatch(
            sam.account(),
            job,
            Signature.NONE,
            resource.offer(),
            resource.signature(),
            mia.account()));
    return chain.hasher().hash(job).asMatchId();
  }

  /** Sam matches a job with the first of bob's offers that stands on the chain. */
  MatchId matchPosted() {
    ResourceOffer posted =
        chain.state().postedResourceOffers().entrySet().stream()
            .filter(offer -> chain.state().resourceOffer(offer.getKey()).used() == 0)
            .findFirst()
            .orElseThrow()
            .getValue();
    return match(
        offer(spec.digest().sha256(), LIMITS), new SignedResourceOffer(posted, Signature.NONE));
  }

  /** The offers in the order book that the chain would still match. */
  List<SignedResourceOffer> liveOffers() {
    return book.resourceOffers().stream()
        .filter(o -> o.offer().expiry() >= now())
        .filter(o -> chain.state().resourceOffer(chain.hasher().hash(o.offer())).used() == 0)
        .toList();
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
