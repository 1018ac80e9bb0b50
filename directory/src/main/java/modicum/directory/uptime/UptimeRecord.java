package modicum.directory.uptime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/**
 * What a directory says of its availability in a range of time: beats in a row, up to one that it
 * signed. The hashes are computed from the beats, here, and end in what is signed, so a record that
 * can be constructed is what the directory stands by once its head's signature is checked.
 *
 * <p>Beats vouch for the time around them and nothing else does: leaving some out at either end can
 * only make the directory look worse.
 *
 * @param from start of the range asked for, seconds since 1970
 * @param to its end, included
 * @param before hash of the beat before the first; of the first of all, the chain's id
 * @param beats those of the range, and where there are some, the last before and the first after it
 * @param head the last of the beats, signed
 */
public record UptimeRecord(long from, long to, Bytes32 before, List<Beat> beats, UptimeHead head) {

  /** Available from one second to another, both included, seconds since 1970. */
  public record Interval(long from, long to) {
    public Interval {
      if (to < from) {
        throw new IllegalArgumentException("an interval ends before it starts");
      }
    }
  }

  /**
   * @throws IllegalArgumentException the beats do not lead to the head
   */
  public UptimeRecord {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("a range is from a time to a later one");
    }
    beats = List.copyOf(beats);
    if (beats.isEmpty()) {
      throw new IllegalArgumentException("a record has at least one beat");
    }
    if (beats.getFirst().number() == 1 && !before.equals(head.chain().id())) {
      throw new IllegalArgumentException("the first beat follows another chain's beginning");
    }
    Bytes32 hash = before;
    Beat last = null;
    for (Beat beat : beats) {
      requireNext(last, beat);
      hash = beat.hash(hash);
      last = beat;
    }
    if (!beats.getLast().equals(head.beat()) || !hash.equals(head.hash())) {
      throw new IllegalArgumentException("the beats do not lead to the head that is signed");
    }
  }

  private static void requireNext(Beat last, Beat next) {
    if (last == null) {
      return;
    }
    if (next.number() != last.number() + 1) {
      throw new IllegalArgumentException(
          "beat %d follows beat %d".formatted(next.number(), last.number()));
    }
    if (next.time() <= last.time()) {
      throw new IllegalArgumentException(
          "beat %d at %d is not after beat %d at %d"
              .formatted(next.number(), next.time(), last.number(), last.time()));
    }
  }

  /** A head alone. */
  public static UptimeRecord of(UptimeHead head) {
    long time = head.beat().time();
    return new UptimeRecord(time, time, head.previous(), List.of(head.beat()), head);
  }

  /**
   * Pages of one record, as one.
   *
   * @param pages at least one, each of which goes on where the one before ended
   * @throws IllegalArgumentException they do not
   */
  public static UptimeRecord joined(List<UptimeRecord> pages) {
    UptimeRecord first = pages.getFirst();
    List<Beat> all = new ArrayList<>();
    Bytes32 hash = first.before;
    for (UptimeRecord page : pages) {
      if (!page.head.chain().equals(first.head.chain()) || !page.before.equals(hash)) {
        throw new IllegalArgumentException("a page does not go on where the one before it ended");
      }
      all.addAll(page.beats);
      hash = page.head.hash();
    }
    return new UptimeRecord(first.from, first.to, first.before, all, pages.getLast().head);
  }

  /** The chain's hash before the last of some beats in a row. */
  public static Bytes32 previousOfLast(Bytes32 before, List<Beat> beats) {
    Bytes32 hash = before;
    for (Beat beat : beats.subList(0, beats.size() - 1)) {
      hash = beat.hash(hash);
    }
    return hash;
  }

  public Address directory() {
    return head.directory();
  }

  /** When it was available within the range, in order, not touching each other. */
  public List<Interval> up() {
    return intervals(head.chain().period(), beats, from, to);
  }

  /** Whether the directory was available at every second between two times of the range. */
  public boolean wasUp(long start, long end) {
    if (start < from || end > to || end < start) {
      throw new IllegalArgumentException(
          "asked about " + start + " to " + end + ", the record is of " + from + " to " + to);
    }
    return up().stream().anyMatch(i -> i.from() <= start && end <= i.to());
  }

  /** The first of some heads, signed before, that is not among the beats; empty where all are. */
  public Optional<UptimeHead> firstMissing(Collection<UptimeHead> heads) {
    Map<Long, Bytes32> wanted = new HashMap<>();
    heads.forEach(h -> wanted.put(h.beat().number(), Bytes32.ZERO));
    Bytes32 hash = before;
    for (Beat beat : beats) {
      hash = beat.hash(hash);
      wanted.replace(beat.number(), hash);
    }
    return heads.stream().filter(h -> !h.hash().equals(wanted.get(h.beat().number()))).findFirst();
  }

  /** The chain's hash with the beat of this number, where that is in the record. */
  Optional<Bytes32> hashOf(long number) {
    Bytes32 hash = before;
    for (Beat beat : beats) {
      hash = beat.hash(hash);
      if (beat.number() == number) {
        return Optional.of(hash);
      }
    }
    return Optional.empty();
  }

  /**
   * A beat vouches for the time up to the next one that is due; beats that are at most two periods
   * apart make one interval, so an outage shorter than a period can go unseen.
   */
  private static List<Interval> intervals(long period, List<Beat> beats, long from, long to) {
    List<Interval> up = new ArrayList<>();
    long start = beats.getFirst().time();
    long last = start;
    for (Beat beat : beats) {
      if (beat.time() - last > 2 * period) {
        addClipped(up, start, last + period, from, to);
        start = beat.time();
      }
      last = beat.time();
    }
    addClipped(up, start, last + period, from, to);
    return List.copyOf(up);
  }

  private static void addClipped(List<Interval> up, long start, long end, long from, long to) {
    if (end >= from && start <= to) {
      up.add(new Interval(Math.max(start, from), Math.min(end, to)));
    }
  }
}
