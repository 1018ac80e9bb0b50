package modicum.jobcreator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import modicum.directory.Directory;
import modicum.directory.TransferProgress;
import modicum.directory.folder.FolderTransfer;
import modicum.directory.image.ImageLayout;
import modicum.directory.memory.InMemoryStore;
import modicum.executor.LocalImage;
import modicum.executor.image.ProgramImage;
import modicum.executor.scripted.ScriptedCatalog;
import modicum.executor.scripted.ScriptedEngine;
import modicum.executor.scripted.ScriptedExecutor;
import modicum.jobcreator.file.JobFile;
import modicum.jobcreator.file.JobRequest;
import modicum.jobcreator.record.Channel;
import modicum.jobcreator.verification.VerificationPolicy;
import modicum.jobcreator.verification.Verifier;
import modicum.ledger.Ledger;
import modicum.ledger.Submission;
import modicum.ledger.agent.AgentLoop;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.InMemoryOrderBook;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Trust;
import modicum.protocol.job.ImageReference;
import modicum.protocol.market.Command;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * A market of twins with one of each: Alice, whose jobs these are, and a provider, a mediator, a
 * directory and a solver that do what the test tells them.
 */
public final class SmallMarket {
  static final long START = 1_800_000_000L;
  static final long REACTION_WINDOW = 400;
  static final long MEDIATION_WINDOW = 600;
  static final MarketParameters PARAMETERS =
      new MarketParameters(50, 2, REACTION_WINDOW, MEDIATION_WINDOW, 1000, MarketParameters.BURNT);
  static final Wei WEALTH = Wei.parse("1000000000000000000000");
  static final String IMAGE = "shop/job:1";
  static final String CHECKER = "shop/checker:1";

  public final InMemoryChain chain = new InMemoryChain(PARAMETERS, START);
  final Ledger alice = chain.ledger("alice");
  final Ledger bob = chain.ledger("bob");
  final Ledger mediator = chain.ledger("mediator");
  final Ledger solver = chain.ledger("solver");
  final Ledger keeper = chain.ledger("directory");
  final InMemoryStore store = new InMemoryStore(keeper.account());
  final InMemoryOrderBook book = new InMemoryOrderBook(chain.hasher(), InMemorySigner.RECOVERY);
  final ScriptedEngine engine;
  final ScriptedCatalog catalog = new ScriptedCatalog();
  final Path folder;
  final ImageReference image;
  private long nonce;

  /**
   * @param folder of everything that is on a disk
   */
  public SmallMarket(Path folder) throws IOException {
    this.folder = folder;
    this.engine = new ScriptedEngine(Files.createDirectories(folder.resolve("engine")));
    this.image = addImage(IMAGE, List.of("job"));
    addImage(CHECKER, List.of("checker"));
    for (Ledger party : List.of(alice, bob, mediator, solver, keeper)) {
      chain.give(party.account(), WEALTH);
    }
    openMarket();
  }

  private ImageReference addImage(String name, List<String> command) throws IOException {
    Path program = Files.writeString(folder.resolve("program"), "not really a program");
    ImageLayout layout = new ImageLayout(folder.resolve("images"));
    ImageReference reference =
        ProgramImage.write(program, List.of(), command, Architecture.AMD64, layout);
    LocalImage local =
        new LocalImage(name, reference.id(), reference.baseLayer(), Architecture.AMD64, 1 << 10);
    catalog.add(local, reference.manifest(), layout);
    return reference;
  }

  private void openMarket() {
    submit(
        mediator,
        new Command.RegisterMediator(
            mediator.account(), new Mediator(Architecture.AMD64, Prices.of(1, 1), Wei.of(7))));
    submit(
        keeper,
        new Command.RegisterDirectory(
            keeper.account(),
            new modicum.protocol.party.Directory(Wei.of(5), "http://directory.test")));
    submit(
        bob,
        new Command.RegisterResourceProvider(
            bob.account(), new ResourceProvider(Architecture.AMD64, 1000)));
    trust(bob, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, mediator.account());
    trust(bob, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, keeper.account());
    trust(mediator, Trust.MEDIATOR_TRUSTS_DIRECTORY, keeper.account());
    support(bob, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER);
    support(mediator, Trust.MEDIATOR_SUPPORTS_BASE_LAYER);
    submit(bob, new Command.Deposit(bob.account(), Wei.parse("100000000000000000000")));
  }

  private void trust(Ledger who, Trust kind, Address whom) {
    submit(who, new Command.SetTrust(who.account(), kind, List.of(whom.toWord()), true));
  }

  private void support(Ledger who, Trust kind) {
    submit(who, new Command.SetTrust(who.account(), kind, List.of(image.baseLayer()), true));
  }

  private static void submit(Ledger ledger, Command command) {
    if (ledger.submit(command) instanceof Submission.Refused refused) {
      throw new IllegalStateException(refused.rejection().sentence());
    }
  }

  // ------------------------------------------------------------ Alice

  public MarketAccess access() {
    return access(store.viewOf(alice.account()));
  }

  MarketAccess access(Directory directory) {
    return new MarketAccess(
        alice,
        List.of(keeper.account()),
        address -> directory,
        List.of(mediator.account()),
        List.of(book),
        () -> new ScriptedExecutor(engine, Verifier.owner(alice.account())),
        () -> catalog);
  }

  public Path stateFolder() {
    return folder.resolve("state");
  }

  static JobCreator.Options options() {
    return JobCreator.Options.DEFAULT
        .drawingFrom(new Random(1))
        .measuringBy(OptionalLong.of(1000))
        .with(
            AgentLoop.Options.polling(Duration.ofMillis(10))
                .withRetries(Duration.ofMillis(10), Duration.ofMillis(50)));
  }

  JobCreator jobCreator() {
    return jobCreator(options());
  }

  Address secondDirectory() {
    return chain.ledger("second directory").account();
  }

  /** One that may use a second directory, of which the store always answers. */
  JobCreator jobCreatorWithASecondDirectory() {
    Ledger second = chain.ledger("second directory");
    chain.give(second.account(), WEALTH);
    submit(
        second,
        new Command.RegisterDirectory(
            second.account(),
            new modicum.protocol.party.Directory(Wei.of(5), "http://second.test")));
    trust(bob, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, second.account());
    trust(mediator, Trust.MEDIATOR_TRUSTS_DIRECTORY, second.account());
    InMemoryStore other = new InMemoryStore(second.account());
    MarketAccess one = access();
    MarketAccess two =
        new MarketAccess(
            one.ledger(),
            List.of(keeper.account(), second.account()),
            a -> (a.equals(second.account()) ? other : store).viewOf(alice.account()),
            one.mediators(),
            one.orderBooks(),
            one.executor(),
            one.images());
    return new JobCreator(two, stateFolder(), options());
  }

  JobCreator jobCreator(JobCreator.Options options) {
    return new JobCreator(access(), stateFolder(), options);
  }

  JobCreator onChainJobCreator() {
    return jobCreator(options().with(Channel.ON_CHAIN));
  }

  /** A job whose every result is checked. */
  JobRequest request() throws IOException {
    return request(new VerificationPolicy.Always());
  }

  JobRequest request(VerificationPolicy verify) throws IOException {
    return request(verify, null);
  }

  /**
   * @param comparator image that decides whether outputs are equal; null: byte for byte
   */
  JobRequest request(VerificationPolicy verify, String comparator) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    Files.writeString(input.resolve("question.txt"), "6 * 7\n");
    return new JobFile(
            IMAGE,
            List.of("job", "--fast"),
            new TreeMap<>(Map.of("LEVEL", "9")),
            "input",
            "results",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            verify,
            comparator,
            null,
            null,
            null,
            null)
        .complete(folder);
  }

  // ------------------------------------------------- everyone else's part

  /** The solver matches every job offer that it finds, with a fresh offer of the provider. */
  void solverMatches() {
    book.jobOffers().forEach(this::match);
    chain.state().postedJobOffers().values().stream()
        .map(offer -> new SignedJobOffer(offer, modicum.protocol.identity.Signature.NONE))
        .forEach(this::match);
  }

  public void matchAll() {
    solverMatches();
  }

  /** What runs of jobs come to on this machine. */
  public ScriptedEngine engine() {
    return engine;
  }

  /** The provider leaves an offer with the solver that takes jobs of up to these limits. */
  public void leaveResourceOffer(Capacity capacity, Prices prices) {
    ResourceOffer offer =
        new ResourceOffer(
            bob.account(), capacity, prices, Wei.of(3), 1, nonce++, START + 1_000_000);
    book.leave(
        new SignedResourceOffer(offer, bob.signer().sign(chain.hasher().hash(offer).value())));
  }

  /** Solver and provider do their part in the background until interrupted. */
  public Thread othersPlayTheirPart() {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  solverMatches();
                  providerPosts(Map.of("answer.txt", "42\n"), new Usage(100, 20));
                  Thread.sleep(20);
                }
              } catch (InterruptedException e) {
                // Then the story is told.
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  private void match(SignedJobOffer job) {
    MatchId id = chain.hasher().hash(job.offer()).asMatchId();
    if (chain.state().match(id).isPresent()) {
      return;
    }
    ResourceOffer offer = resourceOffer(job.offer());
    Command command =
        new Command.PostMatch(
            solver.account(),
            job.offer(),
            job.signature(),
            offer,
            bob.signer().sign(chain.hasher().hash(offer).value()),
            mediator.account());
    solver.submit(command);
  }

  private ResourceOffer resourceOffer(JobOffer job) {
    return new ResourceOffer(
        bob.account(),
        new Capacity(
            job.limits().instructions(),
            job.limits().memory(),
            job.limits().storage(),
            job.limits().bandwidth()),
        Prices.of(1000, 1),
        Wei.of(3),
        1,
        nonce++,
        START + 1_000_000);
  }

  /** The provider posts a result with these files for every match that awaits one. */
  void providerPosts(Map<String, String> files, Usage usage) throws IOException {
    for (Match match : awaitingResult()) {
      Digest manifest = putOutput(files);
      store.viewOf(bob.account()).announceResult(match.id(), manifest);
      post(match, ResultStatus.COMPLETED, manifest, usage);
    }
  }

  /** The provider posts a result without an output. */
  void providerPosts(ResultStatus status, Usage usage) {
    for (Match match : awaitingResult()) {
      post(match, status, Manifest.EMPTY.digest(), usage);
    }
  }

  Digest putOutput(Map<String, String> files) throws IOException {
    Path output = Files.createTempDirectory(folder, "output");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path target = output.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.writeString(target, file.getValue());
    }
    return new FolderTransfer(store.viewOf(bob.account()))
        .put(output, TransferProgress.NONE)
        .manifest();
  }

  void post(Match match, ResultStatus status, Digest manifest, Usage usage) {
    submit(
        bob,
        new Command.PostResult(
            bob.account(),
            match.id(),
            new Result(
                status, ResultCommitment.of(match.id(), bob.account(), manifest.sha256()), usage)));
  }

  List<Match> awaitingResult() {
    return chain.state().matches().stream()
        .filter(m -> m.state() instanceof MatchState.AwaitingResult)
        .toList();
  }

  Match onlyMatch() {
    return chain.state().matches().iterator().next();
  }

  Optional<MatchState.Closed> closed() {
    return chain.state().matches().stream()
        .map(Match::state)
        .filter(MatchState.Closed.class::isInstance)
        .map(MatchState.Closed.class::cast)
        .findFirst();
  }
}
