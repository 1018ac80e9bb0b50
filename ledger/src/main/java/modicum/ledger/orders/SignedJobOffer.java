package modicum.ledger.orders;

import modicum.protocol.identity.Signature;
import modicum.protocol.offer.JobOffer;

/** A job offer that is live because its owner signed it, or (no signature) posted it. */
public record SignedJobOffer(JobOffer offer, Signature signature) {}
