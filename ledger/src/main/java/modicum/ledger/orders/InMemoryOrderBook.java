package modicum.ledger.orders;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.SignatureCheck;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.OfferHasher;

/**
 * An order book without a solver: it keeps what it is given, if its owner signed it. It can be told
 * to refuse and to be unavailable.
 *
 * <p>Thread-safe.
 */
public final class InMemoryOrderBook implements OrderBook {
  private final OfferHasher hasher;
  private final SignatureCheck signatures;
  private final Map<OfferHash, SignedJobOffer> jobOffers = new LinkedHashMap<>();
  private final Map<OfferHash, SignedResourceOffer> resourceOffers = new LinkedHashMap<>();
  private final Map<OfferHash, JobOfferStatus> statuses = new LinkedHashMap<>();
  private Optional<String> refusal = Optional.empty();
  private boolean unavailable;

  public InMemoryOrderBook(OfferHasher hasher, SignatureCheck signatures) {
    this.hasher = hasher;
    this.signatures = signatures;
  }

  /** Refuses all offers for this reason, until {@link #refuseNothing}. */
  public synchronized void refuse(String reason) {
    refusal = Optional.of(reason);
  }

  public synchronized void refuseNothing() {
    refusal = Optional.empty();
  }

  /** Answers nobody, until told otherwise. */
  public synchronized void setUnavailable(boolean unavailable) {
    this.unavailable = unavailable;
  }

  /** Says this of a job offer from now on. */
  public synchronized void setStatus(OfferHash jobOffer, JobOfferStatus status) {
    statuses.put(jobOffer, status);
  }

  @Override
  public synchronized Optional<String> leave(SignedJobOffer signed) {
    requireAvailable();
    OfferHash hash = hasher.hash(signed.offer());
    Optional<String> refused =
        refuse(hash.value(), signed.signature(), signed.offer().jobCreator());
    if (refused.isEmpty()) {
      jobOffers.putIfAbsent(hash, signed);
    }
    return refused;
  }

  @Override
  public synchronized Optional<String> leave(SignedResourceOffer signed) {
    requireAvailable();
    OfferHash hash = hasher.hash(signed.offer());
    Optional<String> refused =
        refuse(hash.value(), signed.signature(), signed.offer().resourceProvider());
    if (refused.isEmpty()) {
      resourceOffers.putIfAbsent(hash, signed);
    }
    return refused;
  }

  @Override
  public synchronized List<SignedJobOffer> jobOffers() {
    requireAvailable();
    return List.copyOf(jobOffers.values());
  }

  @Override
  public synchronized List<SignedResourceOffer> resourceOffers() {
    requireAvailable();
    return List.copyOf(resourceOffers.values());
  }

  @Override
  public synchronized Optional<JobOfferStatus> status(OfferHash jobOffer) {
    requireAvailable();
    if (!jobOffers.containsKey(jobOffer)) {
      return Optional.empty();
    }
    return Optional.of(
        statuses.getOrDefault(
            jobOffer, new JobOfferStatus(JobOfferStatus.Place.WAITING, List.of())));
  }

  private Optional<String> refuse(Bytes32 hash, Signature signature, Address owner) {
    boolean signed = signatures.isSignedBy(owner, hash, signature);
    return signed ? refusal : Optional.of("offer " + hash + " is not signed by " + owner);
  }

  private void requireAvailable() {
    if (unavailable) {
      throw new OrderBookUnavailable("the in-memory order book was told to be unavailable");
    }
  }
}
