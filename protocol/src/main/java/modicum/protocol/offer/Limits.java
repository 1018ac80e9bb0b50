package modicum.protocol.offer;

import static modicum.protocol.offer.Quantity.requireQuantity;

import modicum.protocol.result.Usage;

/**
 * What a job may use at most; a provider stops a job that exceeds one and is paid up to the limit.
 *
 * @param instructions CPU work
 * @param memory bytes
 * @param storage bytes the job may write
 * @param bandwidth bytes to download the job and upload its result
 */
public record Limits(long instructions, long memory, long storage, long bandwidth) {
  public Limits {
    requireQuantity("instruction limit", instructions);
    requireQuantity("memory limit", memory);
    requireQuantity("storage limit", storage);
    requireQuantity("bandwidth limit", bandwidth);
  }

  /** The limits of the priced resources. */
  public Usage priced() {
    return new Usage(instructions, bandwidth);
  }
}
