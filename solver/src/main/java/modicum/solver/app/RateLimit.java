package modicum.solver.app;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bounds what one network address may ask: a bucket of tokens for each, refilled all the time. For
 * IPv6 an address is the first 64 bits, since a subscriber has all that follow.
 */
final class RateLimit {
  private static final int MAXIMUM_CLIENTS = 20_000;
  private static final double NANOS_PER_MINUTE = 60e9;

  private static final class Bucket {
    private double tokens;
    private long filledAt;
  }

  private final int perMinute;
  private final LongSupplier nanoTime;

  /** Least recently seen first. */
  private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  RateLimit(int perMinute, LongSupplier nanoTime) {
    this.perMinute = perMinute;
    this.nanoTime = nanoTime;
  }

  /** Takes a token, if there is one. */
  synchronized boolean admits(String remoteAddress) {
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(client(remoteAddress), client -> full(now));
    forgetTheLongestAbsent();
    double refill = (now - bucket.filledAt) / NANOS_PER_MINUTE * perMinute;
    bucket.tokens = Math.min(perMinute, bucket.tokens + refill);
    bucket.filledAt = now;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    return true;
  }

  private Bucket full(long now) {
    Bucket bucket = new Bucket();
    bucket.tokens = perMinute;
    bucket.filledAt = now;
    return bucket;
  }

  private void forgetTheLongestAbsent() {
    if (buckets.size() > MAXIMUM_CLIENTS) {
      Map.Entry<String, Bucket> longest = buckets.firstEntry();
      buckets.remove(longest.getKey());
    }
  }

  private static String client(String remoteAddress) {
    try {
      // A literal address: nothing is looked up.
      return InetAddress.ofLiteral(remoteAddress) instanceof Inet6Address six
          ? Arrays.toString(Arrays.copyOf(six.getAddress(), 8))
          : remoteAddress;
    } catch (IllegalArgumentException e) {
      return remoteAddress;
    }
  }
}
