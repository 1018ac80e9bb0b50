package modicum.mediator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.SeenBlock;
import modicum.directory.uptime.UptimeHead;
import modicum.directory.uptime.UptimeRecord;
import modicum.directory.uptime.UptimeSource;
import modicum.directory.uptime.UptimeUnproven;
import modicum.ledger.EventSource;
import modicum.ledger.Head;
import modicum.mediator.probe.Probe;
import modicum.mediator.probe.Probe.Outcome;
import modicum.mediator.probe.ProbeLog;
import modicum.protocol.identity.Address;

/** Gathers what is to be known of a directory's availability in a range of time. */
record UptimeInquiry(UptimeSource directory, Address account, EventSource ledger, ProbeLog log) {
  /** How far beyond the range we look for a head that ties the record down, seconds. */
  private static final long MARGIN = 3600;

  /** Of the beats that name a block, so many are compared with the chain. */
  private static final int BLOCKS = 8;

  /** No evidence holds more probes. */
  private static final int MOST_PROBES = 1000;

  /**
   * @throws modicum.directory.DirectoryUnavailable it does not answer
   */
  Availability about(long from, long to) {
    List<Probe> probes = log.between(account, from - MARGIN, to + MARGIN);
    try {
      UptimeRecord record = ask(from, to, probes);
      return new Availability(
          from, to, Optional.of(record), "", blocksOf(record), thinned(record, probes));
    } catch (UptimeUnproven e) {
      String why = e.getMessage().isEmpty() ? "no reason given" : e.getMessage();
      return new Availability(from, to, Optional.empty(), why, List.of(), List.of());
    }
  }

  /** From the last head that we saw before the range to the first after it. */
  private UptimeRecord ask(long from, long to, List<Probe> probes) throws UptimeUnproven {
    long start = from;
    long end = to;
    for (Probe probe : probes) {
      long shown = probe.head().map(h -> h.beat().time()).orElse(from);
      start = shown < from && shown >= from - MARGIN ? shown : start;
      end = shown > to && shown <= to + MARGIN && end == to ? shown : end;
    }
    boolean tooLong = end - start > UptimeSource.LONGEST_RANGE;
    return tooLong ? directory.uptime(from, to) : directory.uptime(start, end);
  }

  /** Of the blocks that the beats name, some that are on the chain as we see it. */
  private List<Availability.BlockTime> blocksOf(UptimeRecord record) {
    List<SeenBlock> named =
        record.beats().stream().flatMap(b -> b.block().stream()).distinct().toList();
    long newest = named.isEmpty() ? 0 : ledger.head().number();
    List<Availability.BlockTime> known = new ArrayList<>();
    int step = Math.max(1, Math.ceilDiv(named.size(), BLOCKS));
    for (int i = 0; i < named.size(); i += step) {
      SeenBlock block = named.get(i);
      if (block.number() <= newest) {
        Head onChain = ledger.block(block.number());
        // Another hash is a chain that was re-organised since: it says nothing.
        if (onChain.hash().equals(block.hash())) {
          known.add(new Availability.BlockTime(block.number(), onChain.hash(), onChain.time()));
        }
      }
    }
    return known;
  }

  /** Without the many that were answered and change nothing. */
  private static List<Probe> thinned(UptimeRecord record, List<Probe> probes) {
    if (probes.size() <= 2 * BLOCKS) {
      return probes;
    }
    Optional<UptimeHead> missing = Availability.missing(record, probes);
    List<Probe> kept = new ArrayList<>();
    for (int i = 0; i < probes.size(); i++) {
      Probe probe = probes.get(i);
      boolean atAnEnd = i < BLOCKS || i >= probes.size() - BLOCKS;
      boolean nextToAFailure =
          i > 0 && failed(probes.get(i - 1)) || i + 1 < probes.size() && failed(probes.get(i + 1));
      boolean isMissing = missing.isPresent() && probe.head().equals(missing);
      if (isMissing || kept.size() < MOST_PROBES && (atAnEnd || failed(probe) || nextToAFailure)) {
        kept.add(probe);
      }
    }
    return kept;
  }

  private static boolean failed(Probe probe) {
    return probe.outcome() != Outcome.ANSWERED;
  }
}
