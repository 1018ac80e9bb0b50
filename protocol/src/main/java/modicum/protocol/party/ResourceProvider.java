package modicum.protocol.party;

import static modicum.protocol.offer.Quantity.requireQuantity;

import modicum.protocol.identity.Architecture;

/**
 * What a resource provider registered.
 *
 * @param timePerInstruction nanoseconds of CPU time that count as one instruction
 */
public record ResourceProvider(Architecture architecture, long timePerInstruction) {
  public ResourceProvider {
    requireQuantity("time per instruction", timePerInstruction);
  }
}
