package modicum.solver;

import modicum.protocol.identity.Signature;
import modicum.protocol.offer.JobOffer;
import modicum.protocol.offer.OfferHash;

/**
 * A job offer that can be matched now.
 *
 * @param signature {@link Signature#NONE} where the offer was posted: the contract then needs none
 */
public record LiveJobOffer(OfferHash hash, JobOffer offer, Signature signature) {}
