package modicum.directory.transfer;

import modicum.protocol.content.Digest;

/**
 * How a large object is cut into parts: the same everywhere, so that what one attempt sent is what
 * the next one looks for. S3 services take parts from 5 MiB on (the last may be smaller), 10,000 of
 * them at most, and so objects of 5 TiB at most.
 *
 * @param total bytes of the object
 */
public record PartSizes(long total) {
  public static final int MOST_PARTS = 10_000;

  /** What S3 services take as one object, bytes. */
  public static final long LARGEST_OBJECT = 5L << 40;

  private static final long SMALLEST_PART = 5L << 20;

  /** Whether an object goes in parts; a smaller one goes in one piece. */
  public static boolean areMany(Digest digest) {
    return digest.size() > SMALLEST_PART;
  }

  public int count() {
    return Math.toIntExact((total + size() - 1) / size());
  }

  /**
   * @param number from 1 on
   * @return bytes
   */
  public long length(int number) {
    return Math.min(size(), total - (number - 1) * size());
  }

  /** Of all parts but the last, bytes. */
  private long size() {
    return Math.max(SMALLEST_PART, (total + MOST_PARTS - 1) / MOST_PARTS);
  }
}
