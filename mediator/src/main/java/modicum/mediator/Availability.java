package modicum.mediator;

import java.util.List;
import java.util.Optional;
import modicum.directory.uptime.Beat;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.Probe.Outcome;
import modicum.protocol.encoding.Bytes32;

/**
 * All that a mediator goes by when it says whether a directory was available. Pure: whoever has
 * this comes to the same conclusion.
 *
 * @param from when it began to matter, seconds since 1970
 * @param to until when it mattered, included
 * @param record the directory's own, verified; it may span more than what matters. Empty where what
 *     it answered proves nothing
 * @param unproven why it proves nothing; else empty
 * @param blocks times of some blocks that the record's beats name
 * @param probes the mediator's own, in order
 */
public record Availability(
    long from,
    long to,
    Optional<UptimeRecord> record,
    String unproven,
    List<BlockTime> blocks,
    List<Probe> probes) {
  /** A clock that is further off is wrong, seconds; parties further off are turned away as well. */
  static final long CLOCK_TOLERANCE = 120;

  /** So many probes in a row have to fail: one may be lost on its way. */
  private static final int FAILURES = 2;

  /** A block of the chain, seconds since 1970. */
  public record BlockTime(long number, Bytes32 hash, long time) {}

  /**
   * @param why one line for people
   */
  public record Conclusion(Dispute.Uptime uptime, String why) {}

  public Availability {
    if (record.isPresent() != unproven.isEmpty()) {
      throw new IllegalArgumentException("either there is a record, or a reason why there is none");
    }
    blocks = List.copyOf(blocks);
    probes = List.copyOf(probes);
  }

  public Conclusion conclusion() {
    if (record.isEmpty()) {
      return new Conclusion(
          Dispute.Uptime.DISPROVED, "the directory's record proves nothing: " + unproven);
    }
    return contradiction(record.get())
        .map(why -> new Conclusion(Dispute.Uptime.DISPROVED, why))
        .orElseGet(() -> believing(record.get()));
  }

  private Conclusion believing(UptimeRecord record) {
    if (!record.wasUp(from, to)) {
      return new Conclusion(
          Dispute.Uptime.DOWN_AT_TIMES, "the directory was down by its own record");
    }
    return seenDown()
        .map(why -> new Conclusion(Dispute.Uptime.SEEN_DOWN, why))
        .orElseGet(
            () ->
                new Conclusion(
                    Dispute.Uptime.UP_ALL_THE_TIME, "the directory was up by its own record"));
  }

  private Optional<String> contradiction(UptimeRecord record) {
    return missing(record, probes)
        .map(
            h ->
                "beat %d, which the directory signed and showed to the mediator, is not in its record"
                    .formatted(h.beat().number()))
        .or(() -> wrongClock(record));
  }

  /** The first head shown to us within the record's range that it has no more. */
  static Optional<UptimeHead> missing(UptimeRecord record, List<Probe> probes) {
    List<UptimeHead> heads =
        probes.stream()
            .flatMap(p -> p.head().stream())
            .filter(h -> isWithin(record, h.beat()))
            .toList();
    return record.firstMissing(heads);
  }

  private static boolean isWithin(UptimeRecord record, Beat beat) {
    return beat.time() >= record.from() && beat.time() <= record.to();
  }

  /** No beat was made before the block that it names. */
  private Optional<String> wrongClock(UptimeRecord record) {
    for (BlockTime block : blocks) {
      for (Beat beat : record.beats()) {
        boolean names =
            beat.block()
                .filter(b -> b.number() == block.number() && b.hash().equals(block.hash()))
                .isPresent();
        if (names && beat.time() + CLOCK_TOLERANCE < block.time()) {
          return Optional.of(
              "beat %d says that it was made at %d, but names a block of %d"
                  .formatted(beat.number(), beat.time(), block.time()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> seenDown() {
    Probe first = null;
    int failures = 0;
    for (Probe probe : probes) {
      boolean matters = probe.time() >= from && probe.time() <= to;
      if (!matters || probe.outcome() == Outcome.SAYS_NOTHING) {
        continue;
      }
      boolean down = probe.outcome() == Outcome.DOWN;
      failures = down ? failures + 1 : 0;
      first = failures == 1 ? probe : first;
      if (failures == FAILURES) {
        return Optional.of(
            "the mediator's probes at %d and %d found the directory down (%s), its record says up"
                .formatted(first.time(), probe.time(), first.why()));
      }
    }
    return Optional.empty();
  }
}
