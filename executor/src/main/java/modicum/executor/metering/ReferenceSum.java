package modicum.executor.metering;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The reference job's calculation in another language: what its program has to come to. */
final class ReferenceSum {
  private static final long SEED = 0x9E3779B97F4A7C15L;
  private static final double FACTOR = 0.999999;

  private final long[] buffer = new long[(8 << 20) / Long.BYTES];

  byte[] of(long rounds) {
    // Eight bytes aligned, as the program's mask has it.
    long random = SEED;
    long product = 0;
    long balance = 0;
    double floating = 0;
    for (long left = rounds; left > 0; left--) {
      random ^= random << 13;
      random ^= random >>> 7;
      random ^= random << 17;
      int place = (int) (random & ((8 << 20) - 8)) / Long.BYTES;
      buffer[place] += random;
      product = product * buffer[place] + left;
      floating = floating * FACTOR + (int) buffer[place];
      balance += (int) random < 0 ? -1 : 1;
    }
    long sum = product ^ Double.doubleToRawLongBits(floating) ^ balance;
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(sum).array();
  }
}
