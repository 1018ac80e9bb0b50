package modicum.solver;

import modicum.protocol.identity.Signature;
import modicum.protocol.offer.OfferHash;
import modicum.protocol.offer.ResourceOffer;

/**
 * A resource offer that can be matched now.
 *
 * @param signature {@link Signature#NONE} where the offer was posted: the contract then needs none
 * @param freeSlots how many more matches it can serve, at least 1
 */
public record LiveResourceOffer(
    OfferHash hash, ResourceOffer offer, Signature signature, long freeSlots) {}
