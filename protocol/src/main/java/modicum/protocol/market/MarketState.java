package modicum.protocol.market;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import modicum.protocol.identity.Address;
import modicum.protocol.match.ClosingReason;
import modicum.protocol.match.Match;
import modicum.protocol.match.MatchId;
import modicum.protocol.match.MatchState;
import modicum.protocol.match.NextStep;
import modicum.protocol.match.Stage;
import modicum.protocol.match.Transition;
import modicum.protocol.money.AccountBalance;
import modicum.protocol.money.MarketParameters;
import modicum.protocol.money.Pricing;
import modicum.protocol.money.Settlement;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;

/**
 * Everything that the market knows, folded from its events. Agents keep one of these each: it is
 * the same for all of them, and a restart folds it again.
 *
 * <p>Not thread-safe.
 */
public final class MarketState {
  private final Registry registry = new Registry();
  private final Map<Address, AccountBalance> balances = new HashMap<>();
  private final Map<OfferHash, JobOffer> postedJobOffers = new LinkedHashMap<>();
  private final Map<OfferHash, ResourceOffer> postedResourceOffers = new LinkedHashMap<>();
  private final Map<OfferHash, ResourceOfferState> resourceOffers = new HashMap<>();
  private final Map<OfferHash, Address> cancelledJobOffers = new HashMap<>();
  private final Map<Address, Long> nonceFloors = new HashMap<>();
  private final Map<MatchId, Match> matches = new LinkedHashMap<>();

  /** Verdicts whose match closes with the next event. */
  private final Map<MatchId, MarketEvent.VerdictPosted> verdicts = new HashMap<>();

  private final Pricing pricing;

  public MarketState(MarketParameters parameters) {
    this.pricing = new Pricing(parameters);
  }

  public Pricing pricing() {
    return pricing;
  }

  public Registry registry() {
    return registry;
  }

  public AccountBalance balance(Address account) {
    return balances.getOrDefault(account, AccountBalance.EMPTY);
  }

  /** All accounts that ever had money in the market. */
  public Map<Address, AccountBalance> balances() {
    return Collections.unmodifiableMap(balances);
  }

  /** All money in the market, free and locked. */
  public Wei total() {
    return balances.values().stream().map(AccountBalance::total).reduce(Wei.ZERO, Wei::plus);
  }

  /**
   * Everything that this state knows, as a value: two states that know the same are equal in it.
   */
  public MarketSummary summary() {
    return new MarketSummary(
        registry.summary(),
        Map.copyOf(balances),
        Map.copyOf(postedJobOffers),
        Map.copyOf(cancelledJobOffers),
        Map.copyOf(postedResourceOffers),
        Map.copyOf(resourceOffers),
        Map.copyOf(nonceFloors),
        Map.copyOf(verdicts),
        List.copyOf(matches.values()));
  }

  public Stage stage(MatchId id) {
    Match match = matches.get(id);
    if (match != null) {
      return match.state().stage();
    }
    OfferHash offer = new OfferHash(id.value());
    if (cancelledJobOffers.containsKey(offer)) {
      return Stage.CANCELLED;
    }
    return postedJobOffers.containsKey(offer) ? Stage.POSTED : Stage.UNKNOWN;
  }

  public Optional<Match> match(MatchId id) {
    return Optional.ofNullable(matches.get(id));
  }

  /** Who must act by when in a match; empty where it is closed, or none. */
  public Optional<NextStep> nextStep(MatchId id) {
    return match(id).flatMap(match -> match.nextStep(pricing.parameters()));
  }

  /**
   * When the locked money of an account is free at the latest: the block time, in seconds since
   * 1970, from which anyone can close every match that holds some of it, whoever is silent. Empty
   * where nothing is locked.
   */
  public OptionalLong closableFrom(Address account) {
    return matches.values().stream()
        .filter(match -> match.locksMoneyOf(account))
        .flatMap(match -> match.nextStep(pricing.parameters()).stream())
        .mapToLong(NextStep::closableFrom)
        .max();
  }

  /** All matches, open and closed, oldest first. */
  public Collection<Match> matches() {
    return Collections.unmodifiableCollection(matches.values());
  }

  /** Job offers that were posted on the chain, also those since matched or cancelled. */
  public Map<OfferHash, JobOffer> postedJobOffers() {
    return Collections.unmodifiableMap(postedJobOffers);
  }

  /** Resource offers that were posted on the chain, also those since used up or cancelled. */
  public Map<OfferHash, ResourceOffer> postedResourceOffers() {
    return Collections.unmodifiableMap(postedResourceOffers);
  }

  public ResourceOfferState resourceOffer(OfferHash hash) {
    return resourceOffers.getOrDefault(hash, ResourceOfferState.UNKNOWN);
  }

  /** The lowest nonce that an offer of the account may have: those below are cancelled. */
  public long nonceFloor(Address account) {
    return nonceFloors.getOrDefault(account, 0L);
  }

  /** The nonce floors of the accounts that ever raised theirs. */
  public Map<Address, Long> nonceFloors() {
    return Collections.unmodifiableMap(nonceFloors);
  }

  /** Takes in what happened. An event that could not have happened is a bug, or a broken node. */
  public void replay(MarketEvent event) {
    switch (event) {
      case MarketEvent.Deposited e -> credit(e.account(), e.amount());
      case MarketEvent.Withdrawn e -> debit(e.account(), e.amount());
      case MarketEvent.JobCreatorRegistered e -> registry.replay(e);
      case MarketEvent.ResourceProviderRegistered e -> registry.replay(e);
      case MarketEvent.MediatorRegistered e -> registry.replay(e);
      case MarketEvent.DirectoryRegistered e -> registry.replay(e);
      case MarketEvent.TrustChanged e -> registry.replay(e);
      case MarketEvent.JobOfferPosted e -> postedJobOffers.put(e.offerHash(), e.offer());
      case MarketEvent.JobOfferCancelled e -> cancelledJobOffers.put(e.offerHash(), e.jobCreator());
      case MarketEvent.ResourceOfferPosted e -> postResourceOffer(e);
      case MarketEvent.ResourceOfferCancelled e -> cancelResourceOffer(e);
      case MarketEvent.NonceFloorRaised e -> nonceFloors.put(e.account(), e.nonceFloor());
      case MarketEvent.Matched e -> match(e);
      case MarketEvent.ResultPosted e ->
          advance(
              Transition.POST_RESULT,
              e.matchId(),
              new MatchState.AwaitingReaction(e.result(), e.reactionDeadline()));
      case MarketEvent.ResultRejected e -> reject(e);
      case MarketEvent.VerdictPosted e -> judge(e);
      case MarketEvent.MatchClosed e -> close(e);
    }
  }

  private void postResourceOffer(MarketEvent.ResourceOfferPosted e) {
    postedResourceOffers.put(e.offerHash(), e.offer());
    ResourceOfferState known = resourceOffer(e.offerHash());
    resourceOffers.put(
        e.offerHash(), new ResourceOfferState(true, known.cancelled(), known.used()));
  }

  private void cancelResourceOffer(MarketEvent.ResourceOfferCancelled e) {
    ResourceOfferState known = resourceOffer(e.offerHash());
    resourceOffers.put(e.offerHash(), new ResourceOfferState(known.posted(), true, known.used()));
  }

  private void match(MarketEvent.Matched e) {
    Stage stage = stage(e.matchId());
    if (stage != Stage.UNKNOWN && stage != Stage.POSTED) {
      throw new IllegalStateException("matched, but it is " + stage + ": " + e.matchId());
    }
    ResourceOfferState known = resourceOffer(e.resourceOfferHash());
    resourceOffers.put(
        e.resourceOfferHash(),
        new ResourceOfferState(known.posted(), known.cancelled(), known.used() + 1));
    matches.put(
        e.matchId(),
        new Match(
            e.matchId(),
            e.jobOffer(),
            e.resourceOfferHash(),
            e.resourceIncentive(),
            e.terms(),
            e.solver(),
            new MatchState.AwaitingResult(e.terms().completionDeadline())));
    Wei locked = pricing.locked(e.terms());
    lock(e.terms().jobCreator(), locked, e.jobOffer().matchIncentive());
    lock(e.terms().resourceProvider(), locked, e.resourceIncentive());
    credit(e.solver(), e.jobOffer().matchIncentive().plus(e.resourceIncentive()));
  }

  private void reject(MarketEvent.ResultRejected e) {
    Match match = matchIn(Transition.REJECT_RESULT.from(), e.matchId());
    advance(
        Transition.REJECT_RESULT,
        e.matchId(),
        new MatchState.InMediation(
            match.state().postedResult().orElseThrow(), e.reason(), e.mediationDeadline()));
  }

  private void judge(MarketEvent.VerdictPosted e) {
    matchIn(Transition.POST_VERDICT.from(), e.matchId());
    verdicts.put(e.matchId(), e);
  }

  private void close(MarketEvent.MatchClosed e) {
    Match match = matchIn(Transition.closingWith(e.reason()).from(), e.matchId());
    if ((e.reason() == ClosingReason.MEDIATED) != verdicts.containsKey(e.matchId())) {
      throw new IllegalStateException("a verdict and its closing belong together: " + e.matchId());
    }
    Optional<MatchState.Mediation> mediation =
        Optional.ofNullable(verdicts.remove(e.matchId()))
            .map(
                v ->
                    new MatchState.Mediation(
                        v.verdict(), v.faultyParty(), v.usage(), v.evidence()));
    settle(match, e.settlement());
    matches.put(
        e.matchId(),
        match.with(
            new MatchState.Closed(
                e.reason(), match.state().postedResult(), mediation, e.settlement())));
  }

  private void settle(Match match, Settlement settlement) {
    Wei locked = pricing.locked(match.terms());
    if (!settlement.total().equals(locked.times(2))) {
      throw new IllegalStateException("not what was locked: " + settlement + " for " + match.id());
    }
    unlock(match.terms().jobCreator(), locked);
    unlock(match.terms().resourceProvider(), locked);
    credit(match.terms().jobCreator(), settlement.jobCreator());
    credit(match.terms().resourceProvider(), settlement.resourceProvider());
    credit(match.terms().mediator(), settlement.mediator());
    credit(match.terms().directory(), settlement.directory());
    credit(pricing.parameters().penaltySink(), settlement.sink());
  }

  private void advance(Transition transition, MatchId id, MatchState next) {
    matches.put(id, matchIn(transition.from(), id).with(next));
  }

  private Match matchIn(Stage stage, MatchId id) {
    Match match = matches.get(id);
    if (match == null || match.state().stage() != stage) {
      throw new IllegalStateException("match " + id + " is " + stage(id) + ", not " + stage);
    }
    return match;
  }

  private void credit(Address account, Wei amount) {
    AccountBalance balance = balance(account);
    balances.put(account, new AccountBalance(balance.free().plus(amount), balance.locked()));
  }

  private void debit(Address account, Wei amount) {
    AccountBalance balance = balance(account);
    balances.put(account, new AccountBalance(balance.free().minus(amount), balance.locked()));
  }

  private void lock(Address account, Wei locked, Wei spent) {
    AccountBalance balance = balance(account);
    balances.put(
        account,
        new AccountBalance(
            balance.free().minus(locked).minus(spent), balance.locked().plus(locked)));
  }

  private void unlock(Address account, Wei locked) {
    AccountBalance balance = balance(account);
    balances.put(account, new AccountBalance(balance.free(), balance.locked().minus(locked)));
  }
}
