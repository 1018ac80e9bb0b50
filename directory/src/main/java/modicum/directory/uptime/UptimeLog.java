package modicum.directory.uptime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.directory.SeenBlock;
import modicum.directory.uptime.UptimeFile.Damaged;
import modicum.directory.uptime.UptimeFile.Header;
import modicum.directory.uptime.UptimeFile.Place;
import modicum.directory.uptime.UptimeFolder.Named;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Signer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain of a directory's beats, in one file a day, which survive it. After a kill it goes on
 * from the last whole line. A file that was damaged or edited is left as it is, and a new chain
 * begins that names the break: what was before is not vouched for any more.
 *
 * <p>One process has the folder at a time. Two would write two pasts of one chain.
 */
public final class UptimeLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UptimeLog.class);

  /** How long the files of a day are kept; longer than any question reaches back. */
  public static final Duration RETENTION = Duration.ofDays(45);

  /** No page of a record has more beats. */
  public static final int PAGE = 10_000;

  private final UptimeFolder folder;
  private final Signer directory;
  private final long period;

  /** Files are read for one question at a time, however many come; beats do not wait for it. */
  private final Object reading = new Object();

  private boolean closed;
  private int chainNumber;
  private UptimeChain chain;
  private Place end;
  private long lastTime = -1;
  private Optional<UptimeHead> head = Optional.empty();

  /** Of the chain that goes on, in order. */
  private List<DayFile> files = List.of();

  /**
   * @param after the place where the file's beats begin
   * @param firstTime of its first beat; -1 before that
   */
  private record DayFile(Path path, LocalDate day, Place after, long firstTime) {}

  private record Snapshot(UptimeChain chain, List<DayFile> files, Place end) {}

  private UptimeLog(UptimeFolder folder, Signer directory, long period) {
    this.folder = folder;
    this.directory = directory;
    this.period = period;
  }

  /**
   * @param path of a folder, created where it does not exist
   * @param period between two beats, whole seconds, at least one
   * @param now seconds since 1970: when a chain begins, where none goes on
   * @throws modicum.directory.DirectoryUnavailable another process has the folder
   */
  public static UptimeLog open(Path path, Signer directory, Duration period, long now) {
    if (period.toSeconds() < 1 || period.toSeconds() > UptimeChain.LONGEST_PERIOD) {
      throw new IllegalArgumentException(
          "heartbeats are 1 to %d seconds apart, got %s"
              .formatted(UptimeChain.LONGEST_PERIOD, period));
    }
    UptimeLog log = new UptimeLog(UptimeFolder.open(path), directory, period.toSeconds());
    try {
      log.load(now);
      return log;
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  // ------------------------------------------------------------------ start

  private void load(long now) {
    dropOld(now);
    List<Named> newest = folder.newestChain();
    if (newest.isEmpty()) {
      begin(now, Optional.empty());
      return;
    }
    chainNumber = newest.getFirst().chain();
    Optional<String> trouble = loadChain(newest);
    if (trouble.isPresent()) {
      LOG.error(
          "The uptime record is damaged: {}. It is left as it is. A new chain begins; what was"
              + " before is not vouched for any more.",
          trouble.get());
      beginAfterBreak(now);
    } else if (chain.period() != period || !chain.directory().equals(directory.address())) {
      LOG.warn(
          "The uptime record is of {} with a beat every {} s. A new chain begins; what was before"
              + " is not vouched for any more.",
          chain.directory(),
          chain.period());
      beginAfterBreak(now);
    }
  }

  /** What is damaged; empty where nothing is. */
  private Optional<String> loadChain(List<Named> named) {
    Path last = named.getLast().path();
    boolean lastBegun = UptimeFile.cutTornLine(last);
    if (!lastBegun) {
      // The kill came in the middle of the file's first line.
      folder.delete(last);
    }
    try {
      for (Named file : named.subList(0, lastBegun ? named.size() : named.size() - 1)) {
        loadFile(file);
      }
    } catch (Damaged e) {
      return Optional.of(e.getMessage());
    }
    return chain == null ? Optional.of(last + " was just begun") : Optional.empty();
  }

  private void loadFile(Named file) throws Damaged {
    Header header = UptimeFile.header(file.path());
    requireNext(file.path(), header);
    chain = header.chain();
    end = header.after();
    Tail tail = new Tail(lastTime);
    try {
      UptimeFile.read(file.path(), tail);
    } finally {
      // Also where it is damaged: the next chain says after which beat.
      see(tail);
    }
    if (tail.backwards != null) {
      throw new Damaged(
          file.path(), 0, "beat " + tail.backwards.number() + " is not after the one before it");
    }
    add(new DayFile(file.path(), file.day(), header.after(), tail.firstTime));
  }

  private void requireNext(Path path, Header header) throws Damaged {
    if (chain != null && !header.chain().equals(chain)) {
      throw new Damaged(path, 1, "it is of another chain than the files before it");
    }
    if (end != null && !header.after().equals(end)) {
      throw new Damaged(path, 1, "it does not go on where the file before it ends");
    }
    if (header.after().number() == 0 && !header.after().hash().equals(header.chain().id())) {
      throw new Damaged(path, 1, "it does not begin with its chain");
    }
  }

  private void see(Tail tail) {
    if (tail.last != null) {
      lastTime = tail.last.time();
      head = Optional.of(UptimeHead.signed(directory, chain, tail.last, tail.beforeLast));
      end = new Place(tail.last.number(), head.get().hash());
    }
  }

  /** Remembers where a file begins and ends. */
  private static final class Tail implements UptimeFile.Visitor {
    private long time;
    private long firstTime = -1;
    private Beat last;
    private Bytes32 beforeLast;
    private Beat backwards;

    /**
     * @param time of the last beat before the file
     */
    Tail(long time) {
      this.time = time;
    }

    @Override
    public boolean visit(Beat beat, Bytes32 previous) {
      if (beat.time() <= time) {
        backwards = beat;
        return false;
      }
      time = beat.time();
      firstTime = last == null ? time : firstTime;
      last = beat;
      beforeLast = previous;
      return true;
    }
  }

  private void add(DayFile file) {
    List<DayFile> all = new ArrayList<>(files);
    all.removeIf(f -> f.path().equals(file.path()));
    all.add(file);
    files = List.copyOf(all);
  }

  private void beginAfterBreak(long now) {
    UptimeChain.Break broken =
        chain == null
            ? new UptimeChain.Break(Bytes32.ZERO, 0, Bytes32.ZERO)
            : new UptimeChain.Break(chain.id(), end.number(), end.hash());
    begin(now, Optional.of(broken));
  }

  private void begin(long now, Optional<UptimeChain.Break> broken) {
    chainNumber++;
    chain = new UptimeChain(directory.address(), now, period, broken);
    end = new Place(0, chain.id());
    lastTime = -1;
    head = Optional.empty();
    files = List.of();
  }

  // ------------------------------------------------------------------ beats

  /**
   * Notes that the directory is available now. It is on the disk when this returns.
   *
   * @param now seconds since 1970; where that is not after the last beat, the clock went back, and
   *     nothing is noted; neither is after the log was closed
   * @return whether it is noted
   */
  public synchronized boolean beat(long now, Optional<SeenBlock> block) {
    if (closed || now <= lastTime) {
      return false;
    }
    DayFile file = fileFor(now);
    Beat beat = new Beat(end.number() + 1, now, block);
    UptimeHead next = UptimeHead.signed(directory, chain, beat, end.hash());
    UptimeFile.append(file.path(), beat, next.hash());
    if (file.firstTime() < 0) {
      add(new DayFile(file.path(), file.day(), file.after(), now));
    }
    end = new Place(beat.number(), next.hash());
    lastTime = now;
    head = Optional.of(next);
    return true;
  }

  private DayFile fileFor(long now) {
    LocalDate day = UptimeFolder.dayOf(now);
    if (!files.isEmpty() && files.getLast().day().equals(day)) {
      return files.getLast();
    }
    DayFile file = new DayFile(folder.file(chainNumber, day), day, end, -1);
    UptimeFile.create(file.path(), new Header(chain, end));
    add(file);
    dropOld(now);
    return file;
  }

  private void dropOld(long now) {
    LocalDate oldest = UptimeFolder.dayOf(Math.max(0, now - RETENTION.toSeconds()));
    folder.dropBefore(oldest);
    List<DayFile> kept = new ArrayList<>(files);
    kept.removeIf(f -> f.day().isBefore(oldest) && !f.equals(files.getLast()));
    files = List.copyOf(kept);
  }

  // -------------------------------------------------------------- questions

  /** The newest beat, signed; empty before the first. */
  public synchronized Optional<UptimeHead> head() {
    return head;
  }

  /**
   * A page of the record of a range: from the last beat before the range to the first after it.
   *
   * @param after the number of the last beat of the page before; 0 for the first page
   * @return empty where there is no beat to show
   */
  public Optional<UptimeRecord> page(long from, long to, long after) {
    Snapshot snapshot = snapshot();
    synchronized (reading) {
      PageReader reader = new PageReader(from, to, after, snapshot.end().number());
      for (DayFile file : filesFrom(snapshot.files(), from, after)) {
        if (!reader.isComplete()) {
          read(file, reader);
        }
      }
      return reader.page(directory, snapshot.chain());
    }
  }

  private synchronized Snapshot snapshot() {
    return new Snapshot(chain, files, end);
  }

  /** A file that was whole at the start and is damaged now: nothing to hand out. */
  private static void read(DayFile file, PageReader reader) {
    try {
      UptimeFile.read(file.path(), reader);
    } catch (Damaged e) {
      throw new UncheckedIOException(new IOException("the uptime record is damaged", e));
    }
  }

  private static List<DayFile> filesFrom(List<DayFile> files, long from, long after) {
    int start = 0;
    for (int i = 0; i < files.size(); i++) {
      DayFile file = files.get(i);
      boolean skipsNothing =
          after > 0
              ? file.after().number() <= after
              : file.firstTime() >= 0 && file.firstTime() < from;
      start = skipsNothing ? i : start;
    }
    return files.subList(start, files.size());
  }

  /** Leaves the folder to others, once a beat that is being noted is on the disk. */
  @Override
  public synchronized void close() {
    closed = true;
    folder.close();
  }
}
