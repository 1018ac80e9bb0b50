package modicum.protocol.market;

import static modicum.protocol.market.Condition.BALANCE_TOO_LARGE;
import static modicum.protocol.market.Condition.DEADLINE_NOT_PASSED;
import static modicum.protocol.market.Condition.DEADLINE_PASSED;
import static modicum.protocol.market.Condition.INSUFFICIENT_FUNDS;
import static modicum.protocol.market.Condition.NONCE_BELOW_FLOOR;
import static modicum.protocol.market.Condition.NONCE_NOT_ABOVE_FLOOR;
import static modicum.protocol.market.Condition.NOT_ACCEPTED_BY_JOB_CREATOR;
import static modicum.protocol.market.Condition.NOT_ENTITLED;
import static modicum.protocol.market.Condition.NOT_IN_STAGE;
import static modicum.protocol.market.Condition.NOT_REGISTERED;
import static modicum.protocol.market.Condition.NOT_THE_OWNER;
import static modicum.protocol.market.Condition.NO_FREE_SLOT;
import static modicum.protocol.market.Condition.OFFER_ALREADY_MATCHED;
import static modicum.protocol.market.Condition.OFFER_ALREADY_POSTED;
import static modicum.protocol.market.Condition.OFFER_EXPIRED;
import static modicum.protocol.market.Condition.OFFER_IS_CANCELLED;
import static modicum.protocol.market.Condition.OFFER_NEITHER_POSTED_NOR_SIGNED;
import static modicum.protocol.market.Condition.TERMS_MISMATCH;
import static modicum.protocol.market.Condition.ZERO_AMOUNT;

import java.util.List;
import java.util.Optional;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Role;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.market.Command.Step;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Terms;
import modicum.protocol.match.Transition;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Pricing;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.offer.ResourceOffer;
import modicum.protocol.result.Result;

/**
 * The rules of the market as an executable specification: the contract must do the same, event for
 * event and wei for wei. {@link #decide} changes nothing; {@link MarketState#replay} is the only
 * thing that changes the state, live and after a restart alike.
 */
public final class Market {
  private static final int BALANCE_BITS = 96;

  private final Pricing pricing;
  private final OfferHasher hasher;
  private final SignatureCheck signatures;
  private final MarketState state;

  public Market(MarketParameters parameters, OfferHasher hasher, SignatureCheck signatures) {
    this.pricing = new Pricing(parameters);
    this.hasher = hasher;
    this.signatures = signatures;
    this.state = new MarketState(parameters);
  }

  public MarketState state() {
    return state;
  }

  /**
   * Carries a command out.
   *
   * @param blockTime seconds since 1970; must not decrease from call to call
   */
  public Outcome apply(Command command, long blockTime) {
    Outcome outcome = decide(command, blockTime);
    if (outcome instanceof Outcome.Accepted accepted) {
      accepted.events().forEach(state::replay);
    }
    return outcome;
  }

  /** What would come of a command, without carrying it out. */
  public Outcome decide(Command command, long blockTime) {
    try {
      return new Outcome.Accepted(events(command, blockTime));
    } catch (Refusal refusal) {
      return new Outcome.Refused(refusal.rejection);
    }
  }

  private List<MarketEvent> events(Command command, long now) {
    return switch (command) {
      case Command.Deposit c -> deposit(c);
      case Command.Withdraw c -> withdraw(c);
      case Command.RegisterJobCreator c ->
          List.of(new MarketEvent.JobCreatorRegistered(c.caller()));
      case Command.RegisterResourceProvider c ->
          List.of(new MarketEvent.ResourceProviderRegistered(c.caller(), c.resourceProvider()));
      case Command.RegisterMediator c ->
          List.of(new MarketEvent.MediatorRegistered(c.caller(), c.mediator()));
      case Command.RegisterDirectory c ->
          List.of(new MarketEvent.DirectoryRegistered(c.caller(), c.directory()));
      case Command.SetTrust c -> setTrust(c);
      case Command.PostJobOffer c -> postJobOffer(c, now);
      case Command.CancelJobOffer c -> cancelJobOffer(c);
      case Command.PostResourceOffer c -> postResourceOffer(c, now);
      case Command.CancelResourceOffer c -> cancelResourceOffer(c);
      case Command.PostMatch c -> postMatch(c, now);
      case Command.RaiseNonceFloor c -> raiseNonceFloor(c);
      case Command.CloseWithAcceptance c -> closeWithAcceptance(c, now);
      case Step c -> step(c, now);
    };
  }

  // ------------------------------------------------------------------ money

  private List<MarketEvent> deposit(Command.Deposit c) {
    require(!c.amount().isZero(), ZERO_AMOUNT);
    // All money together, as in the contract: then no balance can overflow, whatever is credited.
    Wei after = state.total().plus(c.amount());
    require(after.value().bitLength() <= BALANCE_BITS, BALANCE_TOO_LARGE, c.caller());
    return List.of(new MarketEvent.Deposited(c.caller(), c.amount()));
  }

  private List<MarketEvent> withdraw(Command.Withdraw c) {
    require(!c.amount().isZero(), ZERO_AMOUNT);
    requireFunds(c.caller(), c.amount(), state.balance(c.caller()).free());
    return List.of(new MarketEvent.Withdrawn(c.caller(), c.amount()));
  }

  // ---------------------------------------------------- registration, trust

  private List<MarketEvent> setTrust(Command.SetTrust c) {
    requireRegistered(c.kind().holder(), c.caller());
    return c.subjects().stream()
        .<MarketEvent>map(
            subject -> new MarketEvent.TrustChanged(c.caller(), c.kind(), subject, c.trusted()))
        .toList();
  }

  // ----------------------------------------------------------------- offers

  private List<MarketEvent> postJobOffer(Command.PostJobOffer c, long now) {
    JobOffer offer = c.offer();
    requireOwner(offer.jobCreator(), c.caller());
    requireRegistered(Role.JOB_CREATOR, c.caller());
    OfferHash hash = hasher.hash(offer);
    Stage stage = state.stage(hash.asMatchId());
    require(stage != Stage.CANCELLED, OFFER_IS_CANCELLED, hash);
    require(stage != Stage.POSTED, OFFER_ALREADY_POSTED, hash);
    require(stage == Stage.UNKNOWN, OFFER_ALREADY_MATCHED, hash);
    requireNonce(hash, offer.jobCreator(), offer.nonce());
    requireNotExpired(hash, offer.expiry(), now);
    return List.of(new MarketEvent.JobOfferPosted(hash, offer));
  }

  private List<MarketEvent> cancelJobOffer(Command.CancelJobOffer c) {
    requireOwner(c.offer().jobCreator(), c.caller());
    OfferHash hash = hasher.hash(c.offer());
    requireUnmatched(hash);
    return List.of(new MarketEvent.JobOfferCancelled(hash, c.caller()));
  }

  private List<MarketEvent> postResourceOffer(Command.PostResourceOffer c, long now) {
    ResourceOffer offer = c.offer();
    requireOwner(offer.resourceProvider(), c.caller());
    requireRegistered(Role.RESOURCE_PROVIDER, c.caller());
    OfferHash hash = hasher.hash(offer);
    ResourceOfferState known = state.resourceOffer(hash);
    require(!known.cancelled(), OFFER_IS_CANCELLED, hash);
    require(!known.posted(), OFFER_ALREADY_POSTED, hash);
    requireNonce(hash, offer.resourceProvider(), offer.nonce());
    requireNotExpired(hash, offer.expiry(), now);
    return List.of(new MarketEvent.ResourceOfferPosted(hash, offer));
  }

  private List<MarketEvent> cancelResourceOffer(Command.CancelResourceOffer c) {
    requireOwner(c.offer().resourceProvider(), c.caller());
    OfferHash hash = hasher.hash(c.offer());
    ResourceOfferState known = state.resourceOffer(hash);
    require(!known.cancelled(), OFFER_IS_CANCELLED, hash);
    requireFreeSlot(hash, c.offer(), known);
    return List.of(new MarketEvent.ResourceOfferCancelled(hash, c.caller()));
  }

  private List<MarketEvent> raiseNonceFloor(Command.RaiseNonceFloor c) {
    long floor = state.nonceFloor(c.caller());
    require(c.nonceFloor() > floor, NONCE_NOT_ABOVE_FLOOR, c.nonceFloor(), floor);
    return List.of(new MarketEvent.NonceFloorRaised(c.caller(), c.nonceFloor()));
  }

  private List<MarketEvent> postMatch(Command.PostMatch c, long now) {
    OfferHash jobHash = hasher.hash(c.jobOffer());
    requireLive(c, jobHash, now);
    OfferHash resourceHash = hasher.hash(c.resourceOffer());
    requireLive(c, resourceHash, state.resourceOffer(resourceHash), now);
    Compatibility.check(c.jobOffer(), c.resourceOffer(), c.mediator(), state.registry(), now)
        .stream()
        .findFirst()
        .ifPresent(
            mismatch -> {
              throw new Refusal(mismatch);
            });
    Terms terms = terms(c.jobOffer(), c.resourceOffer(), c.mediator());
    requireDeposits(c, terms);
    return List.of(
        new MarketEvent.Matched(
            jobHash.asMatchId(),
            c.jobOffer(),
            resourceHash,
            c.resourceOffer().matchIncentive(),
            terms,
            c.caller()));
  }

  private void requireLive(Command.PostMatch c, OfferHash hash, long now) {
    requireUnmatched(hash);
    requireNonce(hash, c.jobOffer().jobCreator(), c.jobOffer().nonce());
    requireNotExpired(hash, c.jobOffer().expiry(), now);
    boolean posted = state.stage(hash.asMatchId()) == Stage.POSTED;
    requireSigned(posted, hash, c.jobOfferSignature(), c.jobOffer().jobCreator());
  }

  private void requireLive(
      Command.PostMatch c, OfferHash hash, ResourceOfferState known, long now) {
    ResourceOffer offer = c.resourceOffer();
    require(!known.cancelled(), OFFER_IS_CANCELLED, hash);
    requireNonce(hash, offer.resourceProvider(), offer.nonce());
    requireNotExpired(hash, offer.expiry(), now);
    requireFreeSlot(hash, offer, known);
    // Who stood by an offer at its first match stands by it until it is cancelled.
    boolean knownToBeItsOwners = known.posted() || known.used() > 0;
    requireSigned(knownToBeItsOwners, hash, c.resourceOfferSignature(), offer.resourceProvider());
  }

  private void requireSigned(boolean posted, OfferHash hash, Signature signature, Address owner) {
    require(
        posted || signatures.isSignedBy(owner, hash.value(), signature),
        OFFER_NEITHER_POSTED_NOR_SIGNED,
        hash,
        owner);
  }

  private Terms terms(JobOffer job, ResourceOffer resource, Address mediator) {
    Registry registry = state.registry();
    return new Terms(
        job.jobCreator(),
        resource.resourceProvider(),
        mediator,
        job.directory(),
        job.completionDeadline(),
        job.limits().priced(),
        resource.prices(),
        registry.mediator(mediator).orElseThrow().prices(),
        registry.mediator(mediator).orElseThrow().availabilityValue(),
        registry.directory(job.directory()).orElseThrow().availabilityValue(),
        job.estimate());
  }

  private void requireDeposits(Command.PostMatch c, Terms terms) {
    Wei ofJobCreator =
        pricing.deposit(terms.estimate(), terms.availability(), c.jobOffer().matchIncentive());
    Wei free = state.balance(terms.jobCreator()).free();
    requireFunds(terms.jobCreator(), ofJobCreator, free);
    Wei ofProvider =
        pricing.deposit(terms.estimate(), terms.availability(), c.resourceOffer().matchIncentive());
    boolean sameAccount = terms.jobCreator().equals(terms.resourceProvider());
    Wei left =
        sameAccount ? free.minus(ofJobCreator) : state.balance(terms.resourceProvider()).free();
    requireFunds(terms.resourceProvider(), ofProvider, left);
  }

  // ---------------------------------------------------------------- matches

  private List<MarketEvent> step(Step c, long now) {
    Match match = requireTransition(c, now);
    Optional<Result> result = match.state().postedResult();
    return switch (c) {
      case Command.PostResult post ->
          List.of(
              new MarketEvent.ResultPosted(
                  match.id(),
                  c.caller(),
                  post.result(),
                  now + pricing.parameters().reactionWindow()));
      case Command.RejectResult reject ->
          List.of(
              new MarketEvent.ResultRejected(
                  match.id(),
                  match.terms().mediator(),
                  reject.reason(),
                  now + pricing.parameters().mediationWindow()));
      case Command.PostVerdict verdict -> postVerdict(verdict, match, result.orElseThrow());
      case Command.AcceptResult accept -> close(c.transition(), match, result);
      case Command.CloseBySilence silence -> close(c.transition(), match, result);
      case Command.CloseResultOverdue overdue -> close(c.transition(), match, result);
      case Command.CloseMediationOverdue overdue -> close(c.transition(), match, result);
    };
  }

  /** Posting and accepting in one; what both parties agree on needs no deadline. */
  private List<MarketEvent> closeWithAcceptance(Command.CloseWithAcceptance c, long now) {
    Stage stage = state.stage(c.matchId());
    require(
        Command.CloseWithAcceptance.STAGES.contains(stage),
        NOT_IN_STAGE,
        c.matchId(),
        Stage.AWAITING_REACTION,
        stage);
    Match match = state.match(c.matchId()).orElseThrow();
    Optional<Result> posted = match.state().postedResult();
    require(posted.isEmpty() || posted.get().equals(c.result()), TERMS_MISMATCH, c.matchId());
    Address provider = match.terms().resourceProvider();
    require(provider.equals(c.caller()), NOT_ENTITLED, provider, c.caller());
    Address jobCreator = match.terms().jobCreator();
    require(
        signatures.isSignedBy(
            jobCreator, hasher.hashAcceptance(c.matchId(), c.result()), c.acceptance()),
        NOT_ACCEPTED_BY_JOB_CREATOR,
        c.matchId(),
        jobCreator);
    List<MarketEvent> closing = close(Transition.ACCEPT_RESULT, match, Optional.of(c.result()));
    return posted.isPresent()
        ? closing
        : List.of(
            new MarketEvent.ResultPosted(match.id(), provider, c.result(), now),
            closing.getFirst());
  }

  private Match requireTransition(Step c, long now) {
    Transition transition = c.transition();
    Stage stage = state.stage(c.matchId());
    require(stage == transition.from(), NOT_IN_STAGE, c.matchId(), transition.from(), stage);
    Match match = state.match(c.matchId()).orElseThrow();
    transition
        .actor()
        .entitled(match.terms())
        .ifPresent(
            entitled -> require(entitled.equals(c.caller()), NOT_ENTITLED, entitled, c.caller()));
    long deadline = ((MatchState.Open) match.state()).deadline();
    switch (transition.timing()) {
      case UNTIL_DEADLINE -> require(now <= deadline, DEADLINE_PASSED, deadline, now);
      case AFTER_DEADLINE -> require(now > deadline, DEADLINE_NOT_PASSED, deadline, now);
    }
    return match;
  }

  private List<MarketEvent> postVerdict(Command.PostVerdict c, Match match, Result result) {
    Settlement settlement =
        pricing.mediated(match.terms(), result, c.verdict().faultyParty(), c.usage());
    return List.of(
        new MarketEvent.VerdictPosted(
            match.id(),
            c.caller(),
            c.verdict(),
            c.verdict().faultyParty(),
            c.usage(),
            c.evidence()),
        new MarketEvent.MatchClosed(
            match.id(), c.transition().closingReason().orElseThrow(), settlement));
  }

  private List<MarketEvent> close(Transition transition, Match match, Optional<Result> result) {
    var reason = transition.closingReason().orElseThrow();
    return List.of(
        new MarketEvent.MatchClosed(
            match.id(), reason, pricing.unmediated(reason, match.terms(), result)));
  }

  // ----------------------------------------------------------------- guards

  private static void requireOwner(Address owner, Address caller) {
    require(owner.equals(caller), NOT_THE_OWNER, owner, caller);
  }

  private void requireRegistered(Role role, Address account) {
    require(state.registry().isRegistered(role, account), NOT_REGISTERED, role, account);
  }

  private void requireUnmatched(OfferHash hash) {
    Stage stage = state.stage(hash.asMatchId());
    require(stage != Stage.CANCELLED, OFFER_IS_CANCELLED, hash);
    require(stage == Stage.UNKNOWN || stage == Stage.POSTED, OFFER_ALREADY_MATCHED, hash);
  }

  private void requireNonce(OfferHash hash, Address owner, long nonce) {
    long floor = state.nonceFloor(owner);
    require(nonce >= floor, NONCE_BELOW_FLOOR, hash, nonce, floor);
  }

  private static void requireNotExpired(OfferHash hash, long expiry, long now) {
    require(now <= expiry, OFFER_EXPIRED, hash, expiry, now);
  }

  private static void requireFreeSlot(
      OfferHash hash, ResourceOffer offer, ResourceOfferState known) {
    require(known.used() < offer.slots(), NO_FREE_SLOT, hash, offer.slots());
  }

  private static void requireFunds(Address account, Wei needed, Wei free) {
    require(free.covers(needed), INSUFFICIENT_FUNDS, account, needed, free);
  }

  private static void require(boolean holds, Condition condition, Object... data) {
    if (!holds) {
      throw new Refusal(Rejection.of(condition, data));
    }
  }

  /** Leaves a decision at its first failed guard; never leaves this class. */
  private static final class Refusal extends RuntimeException {
    private final transient Rejection rejection;

    Refusal(Rejection rejection) {
      super(null, null, false, false);
      this.rejection = rejection;
    }
  }
}
