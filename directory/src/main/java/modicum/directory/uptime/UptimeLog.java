package modicum.directory.uptime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import modicum.directory.UptimeRecord.Interval;

/**
 * The heartbeats of a directory, in one file a day, which survive it. A beat vouches for the time
 * up to the next one that is due; beats that are at most two periods apart make one interval, so an
 * outage shorter than a period can go unseen.
 *
 * <p>One line a beat: {@code beat <seconds since 1970>}. A hash of the line before would follow on
 * the line once beats are chained.
 */
public final class UptimeLog {
  private final Path folder;
  private final long period;

  /**
   * @param folder created where it does not exist
   * @param period between two beats, at least a second
   */
  public UptimeLog(Path folder, Duration period) {
    if (period.toSeconds() < 1) {
      throw new IllegalArgumentException("heartbeats are at least a second apart, got " + period);
    }
    this.folder = folder;
    this.period = period.toSeconds();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + folder, e);
    }
  }

  /**
   * Notes that the directory is available now.
   *
   * @param now seconds since 1970
   */
  public synchronized void beat(long now) {
    Path file = fileOf(dayOf(now));
    try {
      Files.writeString(
          file,
          "beat " + now + "\n",
          StandardCharsets.US_ASCII,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** When the directory was available within a range, both ends included. */
  public synchronized List<Interval> between(long from, long to) {
    List<Interval> up = new ArrayList<>();
    long start = -1;
    long last = -1;
    for (long beat : beatsAround(from, to)) {
      if (start >= 0 && beat - last > 2 * period) {
        addClipped(up, start, last + period, from, to);
        start = beat;
      }
      start = start < 0 ? beat : start;
      last = beat;
    }
    if (start >= 0) {
      addClipped(up, start, last + period, from, to);
    }
    return up;
  }

  private static void addClipped(List<Interval> up, long start, long end, long from, long to) {
    if (end >= from && start <= to) {
      up.add(new Interval(Math.max(start, from), Math.min(end, to)));
    }
  }

  /** A beat before the range may vouch for its beginning, one after it for the gap at its end. */
  private List<Long> beatsAround(long from, long to) {
    List<Long> beats = new ArrayList<>();
    long first = Math.max(0, from - 2 * period);
    long last = to + 2 * period;
    for (LocalDate day = dayOf(first); !day.isAfter(dayOf(last)); day = day.plusDays(1)) {
      for (String line : linesOf(day)) {
        long beat = parse(line);
        if (beat >= first && beat <= last) {
          beats.add(beat);
        }
      }
    }
    beats.sort(null);
    return beats;
  }

  private List<String> linesOf(LocalDate day) {
    Path file = fileOf(day);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** A line torn by a crash vouches for nothing: -1. */
  private static long parse(String line) {
    return line.matches("beat [0-9]{1,12}") ? Long.parseLong(line.substring(5)) : -1;
  }

  private static LocalDate dayOf(long seconds) {
    return Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC).toLocalDate();
  }

  private Path fileOf(LocalDate day) {
    return folder.resolve("uptime-" + day + ".log");
  }
}
