package modicum.solver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import modicum.ledger.Head;
import modicum.ledger.Submission;
import modicum.ledger.memory.InMemoryChain;
import modicum.ledger.memory.InMemoryLedger;
import modicum.ledger.memory.InMemorySigner;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signer;
import modicum.protocol.identity.Trust;
import modicum.protocol.market.Command;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.party.Directory;
import modicum.protocol.party.Mediator;
import modicum.protocol.party.ResourceProvider;

/**
 * A market in memory: job creator alice, resource provider bob, mediator judge and directory store
 * are registered, rich, and trust each other. Offers fit each other unless told otherwise.
 */
public final class World {
  public static final long START = 1_000_000;
  static final long EXPIRY = START + 10_000;
  static final Wei RICH = Wei.of(1_000_000_000_000L);
  static final Bytes32 BASE = Keccak256.hashUtf8("base layer");

  final InMemoryChain chain =
      new InMemoryChain(new MarketParameters(2, 2, 600, 600, 500, MarketParameters.BURNT), START);
  final Signer alice = InMemorySigner.named("alice");
  final Signer bob = InMemorySigner.named("bob");
  final Signer judge = InMemorySigner.named("judge");
  final Signer store = InMemorySigner.named("store");

  public World() {
    isDirectory(store);
    isMediator(judge, Wei.of(7));
    isJobCreator(alice);
    isResourceProvider(bob);
  }

  public InMemoryLedger solver() {
    return chain.ledger("solver");
  }

  public Signer alice() {
    return alice;
  }

  public Signer bob() {
    return bob;
  }

  public InMemoryChain chain() {
    return chain;
  }

  // ---------------------------------------------------------------- parties

  public void isDirectory(Signer who) {
    submit(who, new Command.RegisterDirectory(who.address(), new Directory(Wei.of(3), "here")));
  }

  void isMediator(Signer who, Wei availability) {
    Mediator mediator = new Mediator(Architecture.AMD64, Prices.of(1, 1), availability);
    submit(who, new Command.RegisterMediator(who.address(), mediator));
    trust(who, Trust.MEDIATOR_TRUSTS_DIRECTORY, store.address().toWord());
    trust(who, Trust.MEDIATOR_SUPPORTS_BASE_LAYER, BASE);
  }

  public void isJobCreator(Signer who) {
    submit(who, new Command.RegisterJobCreator(who.address()));
    trust(who, Trust.JOB_CREATOR_TRUSTS_MEDIATOR, judge.address().toWord());
    pays(who, RICH);
  }

  public void isResourceProvider(Signer who) {
    submit(
        who,
        new Command.RegisterResourceProvider(
            who.address(), new ResourceProvider(Architecture.AMD64, 1_000)));
    trust(who, Trust.RESOURCE_PROVIDER_TRUSTS_MEDIATOR, judge.address().toWord());
    trust(who, Trust.RESOURCE_PROVIDER_TRUSTS_DIRECTORY, store.address().toWord());
    trust(who, Trust.RESOURCE_PROVIDER_SUPPORTS_BASE_LAYER, BASE);
    pays(who, RICH);
  }

  void trust(Signer who, Trust kind, Bytes32 subject) {
    submit(who, new Command.SetTrust(who.address(), kind, List.of(subject), true));
  }

  void distrust(Signer who, Trust kind, Bytes32 subject) {
    submit(who, new Command.SetTrust(who.address(), kind, List.of(subject), false));
  }

  public void pays(Signer who, Wei amount) {
    chain.give(who.address(), amount);
    submit(who, new Command.Deposit(who.address(), amount));
  }

  public void withdrawsAll(Signer who) {
    Wei free = chain.state().balance(who.address()).free();
    submit(who, new Command.Withdraw(who.address(), free));
  }

  public void submit(Signer who, Command command) {
    Submission submission = chain.ledger(who).submit(command);
    if (submission instanceof Submission.Refused refused) {
      throw new IllegalStateException(refused.rejection().sentence());
    }
  }

  // ----------------------------------------------------------------- offers

  public JobOffer jobOffer(Signer owner, long nonce) {
    return new JobOffer(
        owner.address(),
        new Limits(1_000, 2_000, 3_000, 4_000),
        Prices.of(10, 10),
        START + 5_000,
        Wei.of(20),
        BASE,
        Keccak256.hashUtf8("job"),
        store.address(),
        Architecture.AMD64,
        nonce,
        EXPIRY);
  }

  public ResourceOffer resourceOffer(Signer owner, long nonce) {
    return new ResourceOffer(
        owner.address(),
        new Capacity(1_000, 2_000, 3_000, 4_000),
        Prices.of(10, 10),
        Wei.of(30),
        1,
        nonce,
        EXPIRY);
  }

  SignedJobOffer job(long nonce) {
    return signed(alice, jobOffer(alice, nonce));
  }

  SignedResourceOffer resource(long nonce) {
    return signed(bob, resourceOffer(bob, nonce));
  }

  public SignedJobOffer signed(Signer signer, JobOffer offer) {
    return new SignedJobOffer(offer, signer.sign(hash(offer).value()));
  }

  public SignedResourceOffer signed(Signer signer, ResourceOffer offer) {
    return new SignedResourceOffer(offer, signer.sign(hash(offer).value()));
  }

  public OfferHash hash(JobOffer offer) {
    return chain.hasher().hash(offer);
  }

  public OfferHash hash(ResourceOffer offer) {
    return chain.hasher().hash(offer);
  }

  // ------------------------------------------------------- parts under test

  Head head() {
    return solver().head();
  }

  Accounts accounts() {
    return Accounts.of(chain.state(), head());
  }

  OfferBook book(int offers, int offersOfOneOwner) {
    return new OfferBook(
        chain.hasher(), InMemorySigner.RECOVERY, new OfferBook.Bounds(offers, offersOfOneOwner));
  }

  static OfferBook.Answer take(OfferBook book, SignedJobOffer offer, Accounts accounts) {
    return book.take(offer, book.isSigned(offer), accounts);
  }

  static OfferBook.Answer take(OfferBook book, SignedResourceOffer offer, Accounts accounts) {
    return book.take(offer, book.isSigned(offer), accounts);
  }

  SolverOrderBook orderBook(Path folder, Duration patience) {
    return new SolverOrderBook(
        folder,
        chain.hasher(),
        InMemorySigner.RECOVERY,
        new SolverOrderBook.Options(100, 50, patience),
        SolverObserver.NONE);
  }

  // ---------------------------------------------------------------- changes

  static JobOffer with(JobOffer o, Limits limits) {
    return new JobOffer(
        o.jobCreator(),
        limits,
        o.maxPrices(),
        o.completionDeadline(),
        o.matchIncentive(),
        o.baseLayer(),
        o.jobDigest(),
        o.directory(),
        o.architecture(),
        o.nonce(),
        o.expiry());
  }

  static JobOffer with(JobOffer o, Prices maxPrices) {
    return new JobOffer(
        o.jobCreator(),
        o.limits(),
        maxPrices,
        o.completionDeadline(),
        o.matchIncentive(),
        o.baseLayer(),
        o.jobDigest(),
        o.directory(),
        o.architecture(),
        o.nonce(),
        o.expiry());
  }

  static JobOffer dueAt(JobOffer o, long completionDeadline) {
    return new JobOffer(
        o.jobCreator(),
        o.limits(),
        o.maxPrices(),
        completionDeadline,
        o.matchIncentive(),
        o.baseLayer(),
        o.jobDigest(),
        o.directory(),
        o.architecture(),
        o.nonce(),
        o.expiry());
  }

  static JobOffer on(JobOffer o, Bytes32 baseLayer, Address directory, Architecture architecture) {
    return new JobOffer(
        o.jobCreator(),
        o.limits(),
        o.maxPrices(),
        o.completionDeadline(),
        o.matchIncentive(),
        baseLayer,
        o.jobDigest(),
        directory,
        architecture,
        o.nonce(),
        o.expiry());
  }

  static ResourceOffer with(ResourceOffer o, Prices prices) {
    return new ResourceOffer(
        o.resourceProvider(),
        o.capacity(),
        prices,
        o.matchIncentive(),
        o.slots(),
        o.nonce(),
        o.expiry());
  }

  static ResourceOffer withSlots(ResourceOffer o, long slots) {
    return new ResourceOffer(
        o.resourceProvider(),
        o.capacity(),
        o.prices(),
        o.matchIncentive(),
        slots,
        o.nonce(),
        o.expiry());
  }

  static ResourceOffer expiring(ResourceOffer o, long expiry) {
    return new ResourceOffer(
        o.resourceProvider(),
        o.capacity(),
        o.prices(),
        o.matchIncentive(),
        o.slots(),
        o.nonce(),
        expiry);
  }

  static JobOffer expiring(JobOffer o, long expiry) {
    return new JobOffer(
        o.jobCreator(),
        o.limits(),
        o.maxPrices(),
        o.completionDeadline(),
        o.matchIncentive(),
        o.baseLayer(),
        o.jobDigest(),
        o.directory(),
        o.architecture(),
        o.nonce(),
        expiry);
  }

  JobOffer jobOffer(long nonce, UnaryOperator<JobOffer> change) {
    return change.apply(jobOffer(alice, nonce));
  }

  /** What the contract would need of either side for these offers, wei. */
  Wei depositOf(Wei matchIncentive) {
    Wei estimate = jobOffer(alice, 0).estimate();
    return chain.state().pricing().deposit(estimate, Wei.of(10), matchIncentive);
  }
}
