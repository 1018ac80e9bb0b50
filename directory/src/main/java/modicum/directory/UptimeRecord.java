package modicum.directory;

import java.util.List;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.encoding.Keccak256;
import modicum.protocol.identity.Address;
import modicum.protocol.identity.Signature;
import modicum.protocol.identity.Signer;

/**
 * What a directory says of its availability in a range of time, signed with its key, so that it can
 * be held to it.
 *
 * <p>A record stands alone: nothing yet ties it to the ones before it, so a directory could sign
 * two that contradict each other. Chaining the heartbeats by hash belongs into {@link #hash}.
 *
 * @param from start of the range asked for, seconds since 1970
 * @param to its end, included
 * @param up when it was available within the range, in order, not touching each other
 */
public record UptimeRecord(
    Address directory, long from, long to, List<Interval> up, Signature signature) {

  /** Available from one second to another, both included, seconds since 1970. */
  public record Interval(long from, long to) {
    public Interval {
      if (to < from) {
        throw new IllegalArgumentException("an interval ends before it starts");
      }
    }
  }

  public UptimeRecord {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("a range is from a time to a later one");
    }
    up = List.copyOf(up);
    long last = -1;
    for (Interval interval : up) {
      if (interval.from() <= last || interval.from() < from || interval.to() > to) {
        throw new IllegalArgumentException("intervals overlap or leave the range asked for");
      }
      last = interval.to();
    }
  }

  public static UptimeRecord signed(Signer directory, long from, long to, List<Interval> up) {
    Signature signature = directory.sign(hash(directory.address(), from, to, up));
    return new UptimeRecord(directory.address(), from, to, up, signature);
  }

  /** Whether the directory was available at every second between two times of the range. */
  public boolean wasUp(long start, long end) {
    if (start < from || end > to || end < start) {
      throw new IllegalArgumentException(
          "asked about " + start + " to " + end + ", the record is of " + from + " to " + to);
    }
    return up.stream().anyMatch(i -> i.from() <= start && end <= i.to());
  }

  /** What the directory signs. */
  public Bytes32 hash() {
    return hash(directory, from, to, up);
  }

  private static Bytes32 hash(Address directory, long from, long to, List<Interval> up) {
    StringBuilder text = new StringBuilder("modicum uptime 1\n");
    text.append(directory).append('\n').append(from).append(' ').append(to).append('\n');
    up.forEach(i -> text.append("up ").append(i.from()).append(' ').append(i.to()).append('\n'));
    return Keccak256.hashUtf8(text.toString());
  }
}
