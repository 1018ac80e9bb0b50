package modicum.protocol.offer;

import static modicum.protocol.offer.Quantity.requireQuantity;

/**
 * What a resource can give to one job.
 *
 * @param instructions CPU work
 * @param memory bytes
 * @param storage bytes
 * @param bandwidth bytes
 */
public record Capacity(long instructions, long memory, long storage, long bandwidth) {
  public Capacity {
    requireQuantity("instruction capacity", instructions);
    requireQuantity("memory capacity", memory);
    requireQuantity("storage capacity", storage);
    requireQuantity("bandwidth capacity", bandwidth);
  }

  public boolean covers(Limits limits) {
    return instructions >= limits.instructions()
        && memory >= limits.memory()
        && storage >= limits.storage()
        && bandwidth >= limits.bandwidth();
  }
}
