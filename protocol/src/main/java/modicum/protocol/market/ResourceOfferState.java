package modicum.protocol.market;

/**
 * What the market knows of a resource offer.
 *
 * @param used how many of its slots are taken
 */
public record ResourceOfferState(boolean posted, boolean cancelled, long used) {
  public static final ResourceOfferState UNKNOWN = new ResourceOfferState(false, false, 0);
}
