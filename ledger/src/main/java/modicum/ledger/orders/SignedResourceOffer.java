package modicum.ledger.orders;

import modicum.protocol.identity.Signature;
import modicum.protocol.offer.ResourceOffer;

/** A resource offer that is live because its owner signed it, or (no signature) posted it. */
public record SignedResourceOffer(ResourceOffer offer, Signature signature) {}
