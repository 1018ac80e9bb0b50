package modicum.protocol.money;

import modicum.protocol.result.Usage;

/**
 * What a party asks, or is ready to pay, for the two priced resources.
 *
 * @param instruction wei per instruction, below 2^64
 * @param bandwidth wei per byte, below 2^64
 */
public record Prices(Wei instruction, Wei bandwidth) {
  private static final int PRICE_BITS = 64;

  public Prices {
    requirePrice("instruction price", instruction);
    requirePrice("bandwidth price", bandwidth);
  }

  public static Prices of(long instructionWei, long bandwidthWei) {
    return new Prices(Wei.of(instructionWei), Wei.of(bandwidthWei));
  }

  /** What this usage costs at these prices. */
  public Wei priceOf(Usage usage) {
    return instruction.times(usage.instructions()).plus(bandwidth.times(usage.bandwidth()));
  }

  private static void requirePrice(String name, Wei price) {
    if (price.value().bitLength() > PRICE_BITS) {
      throw new IllegalArgumentException(name + " is below 2^64 wei, got " + price);
    }
  }
}
