package modicum.ledger.orders;

import modicum.ledger.memory.InMemorySigner;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Architecture;
import modicum.protocol.identity.Signer;
import modicum.protocol.money.Prices;
import modicum.protocol.money.Wei;
import modicum.protocol.offer.Capacity;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.Limits;
import modicum.protocol.offer.OfferHasher;
import modicum.protocol.offer.ResourceOffer;

/** Offers of alice and bob, told apart by their nonce. */
final class SampleOffers {
  static final InMemorySigner ALICE = InMemorySigner.named("alice");
  static final InMemorySigner BOB = InMemorySigner.named("bob");
  static final OfferHasher HASHER =
      new OfferHasher(31337, InMemorySigner.named("market").address());

  private SampleOffers() {}

  static JobOffer jobOffer(long nonce) {
    return new JobOffer(
        ALICE.address(),
        new Limits(1_000_000, 1 << 30, 1 << 30, 1 << 20),
        Prices.of(7, 11),
        2_000_000_000L,
        Wei.parse("12345678901234567890123"),
        Keccak256.hashUtf8("base"),
        Keccak256.hashUtf8("job"),
        InMemorySigner.named("directory").address(),
        Architecture.AMD64,
        nonce,
        1_900_000_000L);
  }

  static ResourceOffer resourceOffer(long nonce) {
    return new ResourceOffer(
        BOB.address(),
        new Capacity(2_000_000, 1L << 33, 1L << 34, 1L << 35),
        Prices.of(5, 3),
        Wei.of(99),
        1,
        nonce,
        1_900_000_000L);
  }

  static SignedJobOffer signedJobOffer(long nonce) {
    return signedBy(ALICE, jobOffer(nonce));
  }

  static SignedResourceOffer signedResourceOffer(long nonce) {
    return signedBy(BOB, resourceOffer(nonce));
  }

  static SignedJobOffer signedBy(Signer signer, JobOffer offer) {
    return new SignedJobOffer(offer, signer.sign(HASHER.hash(offer).value()));
  }

  static SignedResourceOffer signedBy(Signer signer, ResourceOffer offer) {
    return new SignedResourceOffer(offer, signer.sign(HASHER.hash(offer).value()));
  }
}
