package modicum.solver;

import static modicum.protocol.market.Condition.NO_FREE_SLOT;
import static modicum.protocol.market.Condition.OFFER_EXPIRED;
import static modicum.protocol.market.Condition.OFFER_NEITHER_POSTED_NOR_SIGNED;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import modicum.ledger.orders.SignedJobOffer;
import modicum.ledger.orders.SignedResourceOffer;
import modicum.protocol.Unavailable;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.market.MarketState;
import modicum.protocol.market.ResourceOfferState;
import modicum.protocol.match.Stage;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.offer.ResourceOffer;

/**
 * The offers that were left with the solver, and which offers are live when those that were posted
 * are added. Everyone may leave offers, so each is proven by its owner's signature, backed by its
 * owner's money, and counted against its owner's share.
 *
 * <p>Pure memory. Not thread-safe.
 */
final class OfferBook {
  /**
   * @param offers of each kind that the book holds at most
   * @param offersOfOneOwner of each kind
   */
  record Bounds(int offers, int offersOfOneOwner) {
    Bounds {
      if (offers < 1 || offersOfOneOwner < 1) {
        throw new IllegalArgumentException(
            "a book holds at least 1 offer, of each owner at least 1, got "
                + offers
                + ", "
                + offersOfOneOwner);
      }
    }
  }

  /** What became of an offer that was left. */
  enum Taking {
    /** It was there already, or has been matched: nothing to do. */
    KNOWN,
    ADDED,
    /** Another offer had to go to make room. */
    CROWDED
  }

  /** What the book made of an offer: what it did, or why it refused. */
  sealed interface Answer {
    record Taken(Taking taking) implements Answer {}

    record Refused(Refusal refusal) implements Answer {}
  }

  private final OfferHasher hasher;
  private final SignatureCheck signatures;
  private final Shelf<SignedJobOffer> jobOffers;
  private final Shelf<SignedResourceOffer> resourceOffers;

  OfferBook(OfferHasher hasher, SignatureCheck signatures, Bounds bounds) {
    this.hasher = hasher;
    this.signatures = signatures;
    this.jobOffers = new Shelf<>(bounds.offers(), bounds.offersOfOneOwner());
    this.resourceOffers = new Shelf<>(bounds.offers(), bounds.offersOfOneOwner());
  }

  List<SignedJobOffer> jobOffers() {
    return jobOffers.offers();
  }

  List<SignedResourceOffer> resourceOffers() {
    return resourceOffers.offers();
  }

  boolean contains(OfferHash jobOffer) {
    return jobOffers.contains(jobOffer);
  }

  Optional<Ending> ending(OfferHash jobOffer) {
    return jobOffers.ending(jobOffer);
  }

  /** Whether its owner signed an offer. May ask a node, where the owner is a contract. */
  boolean isSigned(SignedJobOffer signed) {
    Address owner = signed.offer().jobCreator();
    return signatures.isSignedBy(owner, hasher.hash(signed.offer()).value(), signed.signature());
  }

  /** Whether its owner signed an offer. May ask a node, where the owner is a contract. */
  boolean isSigned(SignedResourceOffer signed) {
    Address owner = signed.offer().resourceProvider();
    return signatures.isSignedBy(owner, hasher.hash(signed.offer()).value(), signed.signature());
  }

  /** Takes an offer in, if its owner signed it and could honour it. */
  Answer take(SignedJobOffer signed, boolean isSigned, Accounts accounts) {
    JobOffer offer = signed.offer();
    OfferHash hash = hasher.hash(offer);
    return take(
        jobOffers,
        hash,
        offer.jobCreator(),
        signed,
        () ->
            refuseExpired(hash, offer.expiry(), accounts)
                .or(() -> accounts.refuseBelowFloor(hash, offer.jobCreator(), offer.nonce()))
                .or(() -> refuseUnsigned(hash, isSigned, offer.jobCreator()))
                .or(() -> accounts.refuse(offer)));
  }

  /** Takes an offer in, if its owner signed it and could honour it. */
  Answer take(SignedResourceOffer signed, boolean isSigned, Accounts accounts) {
    ResourceOffer offer = signed.offer();
    OfferHash hash = hasher.hash(offer);
    return take(
        resourceOffers,
        hash,
        offer.resourceProvider(),
        signed,
        () ->
            refuseExpired(hash, offer.expiry(), accounts)
                .or(() -> refuseSlotless(hash, offer))
                .or(() -> accounts.refuseBelowFloor(hash, offer.resourceProvider(), offer.nonce()))
                .or(() -> refuseUnsigned(hash, isSigned, offer.resourceProvider()))
                .or(() -> accounts.refuse(offer)));
  }

  /** Takes back what was in the book before a restart; what is dead is found so by the chain. */
  Answer restore(SignedJobOffer signed) {
    Address owner = signed.offer().jobCreator();
    OfferHash hash = hasher.hash(signed.offer());
    return take(
        jobOffers,
        hash,
        owner,
        signed,
        () -> refuseUnsigned(hash, wasSigned(() -> isSigned(signed)), owner));
  }

  /** Takes back what was in the book before a restart; what is dead is found so by the chain. */
  Answer restore(SignedResourceOffer signed) {
    Address owner = signed.offer().resourceProvider();
    OfferHash hash = hasher.hash(signed.offer());
    return take(
        resourceOffers,
        hash,
        owner,
        signed,
        () -> refuseUnsigned(hash, wasSigned(() -> isSigned(signed)), owner));
  }

  private <S> Answer take(
      Shelf<S> shelf, OfferHash hash, Address owner, S offer, Supplier<Optional<Refusal>> refusal) {
    Optional<Ending> ending = shelf.ending(hash);
    if (shelf.contains(hash) || ending.filter(Ending::isSuccess).isPresent()) {
      return new Answer.Taken(Taking.KNOWN);
    }
    Optional<Refusal> refused =
        ending
            .filter(Ending::isFinal)
            .map(OfferBook::refuseEnded)
            .or(refusal)
            .or(() -> shelf.refuse(owner));
    if (refused.isPresent()) {
      return new Answer.Refused(refused.get());
    }
    boolean crowded = shelf.put(hash, owner, offer);
    return new Answer.Taken(crowded ? Taking.CROWDED : Taking.ADDED);
  }

  private static Refusal refuseEnded(Ending ending) {
    return Refusal.lasting(
        "OfferEnded",
        "the offer can no longer be matched: " + ending.sentence(),
        "make a new offer with another nonce");
  }

  private static Optional<Refusal> refuseExpired(OfferHash hash, long expiry, Accounts accounts) {
    long now = accounts.head().time();
    return now <= expiry
        ? Optional.empty()
        : Optional.of(
            Refusal.of(OFFER_EXPIRED, "make a new offer that expires later", hash, expiry, now));
  }

  private static Optional<Refusal> refuseSlotless(OfferHash hash, ResourceOffer offer) {
    return offer.slots() > 0
        ? Optional.empty()
        : Optional.of(
            Refusal.of(NO_FREE_SLOT, "make an offer of at least one slot", hash, offer.slots()));
  }

  /** It was when it came in; where no node can tell now, the chain does when it is matched. */
  private static boolean wasSigned(BooleanSupplier isSigned) {
    try {
      return isSigned.getAsBoolean();
    } catch (Unavailable e) {
      return true;
    }
  }

  private static Optional<Refusal> refuseUnsigned(OfferHash hash, boolean isSigned, Address owner) {
    return isSigned
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                OFFER_NEITHER_POSTED_NOR_SIGNED,
                "sign it with the owner's key, for this market and this chain",
                hash,
                owner));
  }

  // ------------------------------------------------------------- live or dead

  /** The offers that can be matched now, posted and left, each once. */
  LiveOffers live(MarketState market, long now) {
    return new LiveOffers(liveJobOffers(market, now), liveResourceOffers(market, now));
  }

  private List<LiveJobOffer> liveJobOffers(MarketState market, long now) {
    Map<OfferHash, LiveJobOffer> candidates = new LinkedHashMap<>();
    market
        .postedJobOffers()
        .forEach(
            (hash, offer) -> candidates.put(hash, new LiveJobOffer(hash, offer, Signature.NONE)));
    jobOffers
        .byHash()
        .forEach(
            (hash, signed) ->
                candidates.putIfAbsent(
                    hash, new LiveJobOffer(hash, signed.offer(), signed.signature())));
    return candidates.values().stream()
        .filter(live -> ending(live.hash(), live.offer(), market, now).isEmpty())
        .toList();
  }

  private List<LiveResourceOffer> liveResourceOffers(MarketState market, long now) {
    Map<OfferHash, SignedResourceOffer> candidates = new LinkedHashMap<>();
    market
        .postedResourceOffers()
        .forEach(
            (hash, offer) -> candidates.put(hash, new SignedResourceOffer(offer, Signature.NONE)));
    resourceOffers.byHash().forEach(candidates::putIfAbsent);
    List<LiveResourceOffer> live = new ArrayList<>();
    candidates.forEach(
        (hash, signed) -> {
          if (ending(hash, signed.offer(), market, now).isEmpty()) {
            long free = signed.offer().slots() - market.resourceOffer(hash).used();
            live.add(new LiveResourceOffer(hash, signed.offer(), signed.signature(), free));
          }
        });
    return live;
  }

  /** The offers in the book that can no longer be matched, and why. */
  Map<OfferHash, Ending> ended(MarketState market, long now) {
    Map<OfferHash, Ending> ended = new LinkedHashMap<>();
    jobOffers
        .byHash()
        .forEach(
            (hash, signed) ->
                ending(hash, signed.offer(), market, now).ifPresent(e -> ended.put(hash, e)));
    resourceOffers
        .byHash()
        .forEach(
            (hash, signed) ->
                ending(hash, signed.offer(), market, now).ifPresent(e -> ended.put(hash, e)));
    return ended;
  }

  /** Returns whether any was there. */
  boolean forget(Map<OfferHash, Ending> ended) {
    Set<OfferHash> hashes = ended.keySet();
    boolean any = false;
    for (OfferHash hash : hashes) {
      any |= jobOffers.remove(hash, ended.get(hash));
      any |= resourceOffers.remove(hash, ended.get(hash));
    }
    return any;
  }

  private static Optional<Ending> ending(
      OfferHash hash, JobOffer offer, MarketState market, long now) {
    Stage stage = market.stage(hash.asMatchId());
    if (stage == Stage.CANCELLED) {
      return Optional.of(Ending.CANCELLED);
    }
    if (stage != Stage.UNKNOWN && stage != Stage.POSTED) {
      return Optional.of(Ending.MATCHED);
    }
    if (offer.nonce() < market.nonceFloor(offer.jobCreator())) {
      return Optional.of(Ending.CANCELLED);
    }
    return now > offer.expiry() ? Optional.of(Ending.EXPIRED) : Optional.empty();
  }

  private static Optional<Ending> ending(
      OfferHash hash, ResourceOffer offer, MarketState market, long now) {
    ResourceOfferState known = market.resourceOffer(hash);
    if (known.cancelled()) {
      return Optional.of(Ending.CANCELLED);
    }
    if (known.used() >= offer.slots()) {
      return Optional.of(Ending.USED_UP);
    }
    if (offer.nonce() < market.nonceFloor(offer.resourceProvider())) {
      return Optional.of(Ending.CANCELLED);
    }
    return now > offer.expiry() ? Optional.of(Ending.EXPIRED) : Optional.empty();
  }
}
