package modicum.directory.uptime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Signer;

/** Gathers a page of a record, beat by beat: from the last before a range to the first after it. */
final class PageReader implements UptimeFile.Visitor {
  private final long from;
  private final long to;
  private final long after;
  private final long newest;
  private final List<Beat> beats = new ArrayList<>();
  private Bytes32 before;
  private Bytes32 beforeLast;

  /**
   * @param after number of the last beat of the page before; 0 for the first page
   * @param newest number of the last beat to read; the line after it may be half written
   */
  PageReader(long from, long to, long after, long newest) {
    this.from = from;
    this.to = to;
    this.after = after;
    this.newest = newest;
  }

  @Override
  public boolean visit(Beat beat, Bytes32 previous) {
    if (beat.number() > after) {
      take(beat, previous);
    }
    return beat.number() < newest && !isComplete();
  }

  private void take(Beat beat, Bytes32 previous) {
    if (after == 0 && beat.time() < from) {
      // So far the last before the range.
      beats.clear();
    }
    if (beats.isEmpty()) {
      before = previous;
    }
    beats.add(beat);
    beforeLast = previous;
  }

  boolean isComplete() {
    return !beats.isEmpty() && (beats.getLast().time() > to || beats.size() >= UptimeLog.PAGE);
  }

  Optional<UptimeRecord> page(Signer directory, UptimeChain chain) {
    if (beats.isEmpty()) {
      return Optional.empty();
    }
    UptimeHead last = UptimeHead.signed(directory, chain, beats.getLast(), beforeLast);
    return Optional.of(new UptimeRecord(from, to, before, beats, last));
  }
}
