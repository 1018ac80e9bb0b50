package modicum.solver;

import modicum.protocol.identity.Address;
import modicum.protocol.offer.OfferHash;

/** Names a possible match. */
public record Pairing(OfferHash jobOffer, OfferHash resourceOffer, Address mediator) {}
