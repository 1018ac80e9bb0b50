package modicum.marketplace.bench;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import modicum.ledger.web3j.MarketDeployment;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.match.MatchId;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;
import modicum.protocol.result.Result;
import modicum.protocol.result.ResultCommitment;
import modicum.protocol.result.ResultStatus;
import modicum.protocol.result.Usage;

/**
 * A market with one party of each role, all of whom have money in it, and offers of the sizes that
 * real jobs have.
 */
final class BenchMarket {
  static final MarketParameters PARAMETERS =
      new MarketParameters(50, 2, 3600, 7200, 5000, MarketParameters.BURNT);

  /** Within the limits, for what the claim costs to carry. */
  static final Usage USAGE = new Usage(3_123_456, 512_345_678);

  private static final Wei DEPOSIT = Wei.ofEther(BigDecimal.valueOf(100));
  private static final Wei INCENTIVE = Wei.ofEther(new BigDecimal("0.0001"));
  private static final Bytes32 BASE_LAYER = digest("base layer");
  private static final Architecture ARCHITECTURE = Architecture.ARM64;
  private static final long GIB = 1L << 30;
  private static final long SLOTS = 1000;

  /** As agents draw them: the time, then 16 bits. */
  private static final long FIRST_NONCE = (BenchChain.START << 16) + 0x1234;

  private final OfferHasher hasher;
  private long nextNonce = FIRST_NONCE;

  final BenchParty jobCreator;
  final BenchParty resourceProvider;
  final BenchParty mediator;
  final BenchParty directory;
  final BenchParty solver;

  BenchMarket(BenchChain chain, MarketDeployment deployment) {
    jobCreator = chain.party("job creator", deployment);
    resourceProvider = chain.party("resource provider", deployment);
    mediator = chain.party("mediator", deployment);
    directory = chain.party("directory", deployment);
    solver = chain.party("solver", deployment);
    hasher = jobCreator.ledger().hasher();
  }

  // ---------------------------------------------------------- getting ready

  List<BenchParty> parties() {
    return List.of(jobCreator, resourceProvider, mediator, directory, solver);
  }

  Command.Deposit deposit(BenchParty party) {
    return new Command.Deposit(party.address(), DEPOSIT);
  }

  Command registerJobCreator() {
    return new Command.RegisterJobCreator(jobCreator.address());
  }

  Command registerResourceProvider() {
    return new Command.RegisterResourceProvider(
        resourceProvider.address(), new ResourceProvider(ARCHITECTURE, 1_234_567));
  }

  Command registerMediator() {
    return new Command.RegisterMediator(
        mediator.address(),
        new Mediator(ARCHITECTURE, Prices.of(912_345_678, 1_234_567), INCENTIVE));
  }

  Command registerDirectory() {
    return new Command.RegisterDirectory(
        directory.address(),
        new Directory(INCENTIVE.halfRoundedDown(), "https://directory.example.org:8443"));
  }

  Command jobCreatorTrusts(Address... mediators) {
    return trust(jobCreator, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, mediators);
  }

  List<Command> otherTrust() {
    return List.of(
        trust(resourceProvider, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, mediator.address()),
        trust(resourceProvider, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, directory.address()),
        supports(resourceProvider, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER),
        trust(mediator, Trust.MEDIATOR_TRUSTS_DIRECTORY, directory.address()),
        supports(mediator, Trust.MEDIATOR_SUPPORTS_BASE_LAYER));
  }

  BenchParty partyOf(Command command) {
    return parties().stream()
        .filter(party -> party.address().equals(command.caller()))
        .findFirst()
        .orElseThrow();
  }

  private static Command trust(BenchParty who, Trust kind, Address... whom) {
    List<Bytes32> subjects = Stream.of(whom).map(Address::toWord).toList();
    return new Command.SetTrust(who.address(), kind, subjects, true);
  }

  private static Command supports(BenchParty who, Trust kind) {
    return new Command.SetTrust(who.address(), kind, List.of(BASE_LAYER), true);
  }

  // ------------------------------------------------------------------ offers

  /** Each is another. */
  JobOffer jobOffer() {
    long nonce = nextNonce++;
    return new JobOffer(
        jobCreator.address(),
        new Limits(3_600_000, 2 * GIB, 10 * GIB, GIB),
        Prices.of(1_000_000_000, 1_000_000),
        BenchChain.START + 86_400,
        INCENTIVE,
        BASE_LAYER,
        digest("job " + nonce),
        directory.address(),
        ARCHITECTURE,
        nonce,
        BenchChain.START + 80_000);
  }

  /** Each is another, and good for many matches. */
  ResourceOffer resourceOffer() {
    return new ResourceOffer(
        resourceProvider.address(),
        new Capacity(7_200_000, 8 * GIB, 100 * GIB, 10 * GIB),
        Prices.of(812_345_678, 912_345),
        INCENTIVE,
        SLOTS,
        nextNonce++,
        BenchChain.START + 80_000);
  }

  /** A match of signed offers, about to be made. */
  record SignedMatch(Command.PostMatch command, MatchId id) {}

  SignedMatch signedMatch(ResourceOffer resourceOffer) {
    JobOffer jobOffer = jobOffer();
    return match(
        jobOffer,
        jobCreator.sign(hasher.hash(jobOffer).value()),
        resourceOffer,
        resourceProvider.sign(hasher.hash(resourceOffer).value()));
  }

  SignedMatch postedMatch(JobOffer jobOffer, ResourceOffer resourceOffer) {
    return match(jobOffer, Signature.NONE, resourceOffer, Signature.NONE);
  }

  private SignedMatch match(
      JobOffer jobOffer, Signature job, ResourceOffer resourceOffer, Signature resource) {
    return new SignedMatch(
        new Command.PostMatch(
            solver.address(), jobOffer, job, resourceOffer, resource, mediator.address()),
        hasher.hash(jobOffer).asMatchId());
  }

  List<SignedMatch> signedMatches(int count, ResourceOffer resourceOffer) {
    return IntStream.range(0, count).mapToObj(i -> signedMatch(resourceOffer)).toList();
  }

  static List<MatchId> ids(List<SignedMatch> matches) {
    return matches.stream().map(SignedMatch::id).toList();
  }

  /** The same step in many matches. */
  static List<Command> inEach(List<MatchId> matches, Function<MatchId, Command> step) {
    return matches.stream().map(step).toList();
  }

  // ----------------------------------------------------------------- results

  Result result(MatchId match) {
    return new Result(
        ResultStatus.COMPLETED,
        ResultCommitment.of(match, resourceProvider.address(), digest("result " + match)),
        USAGE);
  }

  Command postResult(MatchId match) {
    return new Command.PostResult(resourceProvider.address(), match, result(match));
  }

  Command acceptResult(MatchId match) {
    return new Command.AcceptResult(jobCreator.address(), match);
  }

  Command closeBySilence(MatchId match) {
    return new Command.CloseBySilence(resourceProvider.address(), match);
  }

  /** By the job creator's signature. */
  Command closeWithAcceptance(MatchId match) {
    Result result = result(match);
    return new Command.CloseWithAcceptance(
        resourceProvider.address(),
        match,
        result,
        jobCreator.sign(hasher.hashAcceptance(match, result)));
  }

  static Bytes32 digest(String content) {
    return Sha256.ofUtf8(content).sha256();
  }
}
