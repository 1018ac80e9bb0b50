package modicum.protocol.result;

import static modicum.protocol.offer.Quantity.requireQuantity;

/**
 * What a run of a job used, of the resources that are priced.
 *
 * @param instructions CPU work (one instruction is a million machine instructions, or CPU time
 *     divided by the machine's registered time per instruction)
 * @param bandwidth bytes downloaded and uploaded for the job
 */
public record Usage(long instructions, long bandwidth) {
  public static final Usage NOTHING = new Usage(0, 0);

  public Usage {
    requireQuantity("instructions used", instructions);
    requireQuantity("bandwidth used", bandwidth);
  }

  /** This usage, each resource at most the other's (section 3: a claim is capped at the limits). */
  public Usage atMost(Usage limit) {
    return new Usage(
        Math.min(instructions, limit.instructions), Math.min(bandwidth, limit.bandwidth));
  }
}
