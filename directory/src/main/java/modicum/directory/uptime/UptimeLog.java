package modicum.directory.uptime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import modicum.directory.DirectoryUnavailable;
import modicum.directory.SeenBlock;
import modicum.directory.uptime.UptimeFile.Damaged;
import modicum.directory.uptime.UptimeFile.Header;
import modicum.directory.uptime.UptimeFile.Place;
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

  private static final Pattern NAME =
      Pattern.compile("chain-([0-9]{1,6})-([0-9]{4}-[0-9]{2}-[0-9]{2})\\.log");

  private final Path folder;
  private final Signer directory;
  private final long period;
  private final FileChannel lock;

  /** Held while files are read or dropped, which keeps nobody from beating. */
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
   */
  private record DayFile(int chain, LocalDate day, Path path, Place after, long firstTime) {}

  private record Page(UptimeChain chain, List<DayFile> files, Place end) {}

  private UptimeLog(Path folder, Signer directory, long period, FileChannel lock) {
    this.folder = folder;
    this.directory = directory;
    this.period = period;
    this.lock = lock;
  }

  /**
   * @param folder created where it does not exist
   * @param period between two beats, whole seconds, at least one
   * @param now seconds since 1970: when a chain begins, where none goes on
   * @throws DirectoryUnavailable another process has the folder
   */
  public static UptimeLog open(Path folder, Signer directory, Duration period, long now) {
    if (period.toSeconds() < 1 || period.toSeconds() > UptimeChain.LONGEST_PERIOD) {
      throw new IllegalArgumentException(
          "heartbeats are 1 to %d seconds apart, got %s"
              .formatted(UptimeChain.LONGEST_PERIOD, period));
    }
    UptimeLog log = new UptimeLog(folder, directory, period.toSeconds(), lock(folder));
    try {
      log.load(now);
      return log;
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static FileChannel lock(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + folder, e);
    }
    throw new DirectoryUnavailable(
        "another directory writes its uptime to " + folder + "; stop it, or name another folder");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  // ------------------------------------------------------------------ start

  private void load(long now) {
    dropOld(now);
    List<Path> newest = newestChain();
    if (newest.isEmpty()) {
      begin(now, Optional.empty());
      return;
    }
    chainNumber = Integer.parseInt(name(newest.getFirst()).group(1));
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

  private Optional<String> loadChain(List<Path> paths) {
    try {
      for (Path path : paths) {
        boolean isLast = path.equals(paths.getLast());
        if (isLast && !UptimeFile.cutTornLine(path)) {
          // The kill came in the middle of the file's first line.
          Files.delete(path);
          return chain == null ? Optional.of(path + " was just begun") : Optional.empty();
        }
        loadFile(path);
      }
      return Optional.empty();
    } catch (Damaged e) {
      return Optional.of(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
  }

  private void loadFile(Path path) throws Damaged {
    Header header = UptimeFile.header(path);
    if (chain != null && !header.chain().equals(chain)) {
      throw new Damaged(path, 1, "it is of another chain than the files before it");
    }
    if (end != null && !header.after().equals(end)) {
      throw new Damaged(path, 1, "it does not go on where the file before it ends");
    }
    if (header.after().number() == 0 && !header.after().hash().equals(header.chain().id())) {
      throw new Damaged(path, 1, "it does not begin with its chain");
    }
    chain = header.chain();
    end = header.after();
    long[] firstTime = {-1};
    String[] trouble = {null};
    Beat[] last = {null};
    Bytes32[] beforeLast = {null};
    try {
      UptimeFile.read(
          path,
          (beat, previous) -> {
            if (beat.time() <= lastTime) {
              trouble[0] = "beat " + beat.number() + " is not after the one before it";
              return false;
            }
            firstTime[0] = firstTime[0] < 0 ? beat.time() : firstTime[0];
            lastTime = beat.time();
            last[0] = beat;
            beforeLast[0] = previous;
            return true;
          });
    } finally {
      // Also where it is damaged: the next chain says after which beat.
      if (last[0] != null) {
        end = new Place(last[0].number(), last[0].hash(beforeLast[0]));
        head = Optional.of(UptimeHead.signed(directory, chain, last[0], beforeLast[0]));
      }
    }
    if (trouble[0] != null) {
      throw new Damaged(path, 0, trouble[0]);
    }
    add(new DayFile(chainNumber, day(path), path, header.after(), firstTime[0]));
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
    Beat beat = new Beat(end.number() + 1, now, block);
    DayFile file = fileFor(now);
    Bytes32 previous = end.hash();
    UptimeHead next = UptimeHead.signed(directory, chain, beat, previous);
    UptimeFile.append(file.path(), beat, next.hash());
    if (file.firstTime() < 0) {
      add(new DayFile(file.chain(), file.day(), file.path(), file.after(), now));
    }
    end = new Place(beat.number(), next.hash());
    lastTime = now;
    head = Optional.of(next);
    return true;
  }

  private DayFile fileFor(long now) {
    LocalDate day = dayOf(now);
    if (!files.isEmpty() && files.getLast().day().equals(day)) {
      return files.getLast();
    }
    Path path = folder.resolve("chain-%04d-%s.log".formatted(chainNumber, day));
    UptimeFile.create(path, new Header(chain, end));
    DayFile file = new DayFile(chainNumber, day, path, end, -1);
    add(file);
    dropOld(now);
    return file;
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
    Page snapshot = snapshot();
    synchronized (reading) {
      List<Beat> beats = new ArrayList<>();
      Bytes32[] hashes = {null, null};
      UptimeFile.Visitor visitor =
          (beat, previous) -> {
            if (beat.number() > snapshot.end().number() || beat.number() <= after) {
              return beat.number() <= after;
            }
            if (after == 0 && beat.time() < from) {
              // So far the last before the range.
              beats.clear();
            }
            if (beats.isEmpty()) {
              hashes[0] = previous;
            }
            beats.add(beat);
            hashes[1] = previous;
            return beat.time() <= to && beats.size() < PAGE;
          };
      for (DayFile file : filesFrom(snapshot.files(), from, after)) {
        if (!beats.isEmpty() && (beats.getLast().time() > to || beats.size() >= PAGE)) {
          break;
        }
        readOr(file, visitor);
      }
      if (beats.isEmpty()) {
        return Optional.empty();
      }
      UptimeHead last = UptimeHead.signed(directory, snapshot.chain(), beats.getLast(), hashes[1]);
      return Optional.of(new UptimeRecord(from, to, hashes[0], beats, last));
    }
  }

  private synchronized Page snapshot() {
    return new Page(chain, files, end);
  }

  /** Files that were read at the start are damaged now: nothing to hand out. */
  private static void readOr(DayFile file, UptimeFile.Visitor visitor) {
    try {
      UptimeFile.read(file.path(), visitor);
    } catch (Damaged e) {
      throw new UncheckedIOException(new IOException("the uptime record is damaged: " + e, e));
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

  // ------------------------------------------------------------------ files

  /** The files of the newest chain, oldest first. */
  private List<Path> newestChain() {
    List<Path> all = named();
    int newest = all.stream().mapToInt(p -> Integer.parseInt(name(p).group(1))).max().orElse(0);
    return all.stream()
        .filter(p -> Integer.parseInt(name(p).group(1)) == newest)
        .sorted(Comparator.comparing(UptimeLog::day))
        .toList();
  }

  private List<Path> named() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> name(p) != null && day(p) != null).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /** The newest file stays, however old: the chain goes on from it. */
  private void dropOld(long now) {
    LocalDate oldest = dayOf(Math.max(0, now - RETENTION.toSeconds()));
    synchronized (reading) {
      List<Path> newest = newestChain();
      for (Path path : named()) {
        if (day(path).isBefore(oldest) && !path.equals(newest.getLast())) {
          try {
            Files.deleteIfExists(path);
          } catch (IOException e) {
            LOG.warn("Cannot delete {}: {}", path, e.getMessage());
          }
          files = files.stream().filter(f -> !f.path().equals(path)).toList();
        }
      }
    }
  }

  private static Matcher name(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches() ? name : null;
  }

  private static LocalDate day(Path path) {
    try {
      return LocalDate.parse(name(path).group(2));
    } catch (DateTimeParseException noDay) {
      return null;
    }
  }

  private static LocalDate dayOf(long seconds) {
    return Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC).toLocalDate();
  }

  /** Leaves the folder to others, once a beat that is being noted is on the disk. */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("Cannot unlock {}: {}", folder, e.getMessage());
    }
  }
}
