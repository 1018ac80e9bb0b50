package modicum.mediator.probe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import modicum.protocol.identity.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The probes of a mediator, one line of JSON each, in one file a day. It is only added to; after a
 * kill it goes on from the last whole line.
 */
public final class ProbeLog {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeLog.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long DAY = 24 * 3600;

  /** How long the files of a day are kept; longer than any dispute reaches back. */
  public static final Duration RETENTION = Duration.ofDays(45);

  private final Path folder;

  /** Of the last day, for those who look in. */
  private final List<Probe> recent = new ArrayList<>();

  /**
   * What is known of a directory.
   *
   * @param last the newest probe
   * @param lastAnswered the newest one that it answered
   * @param answered how many it answered in the last day
   * @param counted how many of the last day say something
   */
  public record Sight(
      Address directory,
      Optional<Probe> last,
      Optional<Probe> lastAnswered,
      int answered,
      int counted) {}

  private ProbeLog(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder created with the first probe
   */
  public static ProbeLog open(Path folder, long now) {
    ProbeLog log = new ProbeLog(folder);
    log.files().forEach(ProbeLog::cutTornLine);
    log.read(Math.max(0, now - DAY), now, log.recent::add);
    return log;
  }

  /** Adds the probes of one round. They are on the disk when this returns. */
  public synchronized void add(List<Probe> round) {
    if (round.isEmpty()) {
      return;
    }
    long now = round.getFirst().time();
    StringBuilder lines = new StringBuilder();
    round.forEach(p -> lines.append(JSON.writeValueAsString(ProbeMessage.of(p))).append('\n'));
    Path file = fileOf(dayOf(now));
    boolean isNew = !Files.exists(file);
    append(file, lines.toString());
    if (isNew) {
      dropOld(now);
    }
    recent.addAll(round);
    recent.removeIf(p -> p.time() < now - DAY);
  }

  private void append(Path file, String lines) {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND)) {
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** The probes of a directory that began in a range of time, both ends included, in order. */
  public List<Probe> between(Address directory, long from, long to) {
    List<Probe> found = new ArrayList<>();
    read(
        from,
        to,
        probe -> {
          if (probe.directory().equals(directory)) {
            found.add(probe);
          }
        });
    found.sort(Comparator.comparingLong(Probe::time));
    return found;
  }

  public synchronized Sight sight(Address directory) {
    List<Probe> its = recent.stream().filter(p -> p.directory().equals(directory)).toList();
    List<Probe> answered = its.stream().filter(p -> p.head().isPresent()).toList();
    long counted = its.stream().filter(p -> p.outcome() != Probe.Outcome.SAYS_NOTHING).count();
    return new Sight(
        directory,
        its.isEmpty() ? Optional.empty() : Optional.of(its.getLast()),
        answered.isEmpty() ? Optional.empty() : Optional.of(answered.getLast()),
        answered.size(),
        (int) counted);
  }

  private void read(long from, long to, Consumer<Probe> reader) {
    LocalDate first = dayOf(Math.max(0, from));
    LocalDate last = dayOf(Math.max(0, to));
    for (Path file : files()) {
      LocalDate day = day(file);
      if (!day.isBefore(first) && !day.isAfter(last)) {
        readFile(file, p -> p.time() >= from && p.time() <= to, reader);
      }
    }
  }

  private static void readFile(
      Path file, java.util.function.Predicate<Probe> wanted, Consumer<Probe> reader) {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        parse(file, line).filter(wanted).ifPresent(reader);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** A line that is damaged says nothing, and leaves the others as they are. */
  private static Optional<Probe> parse(Path file, String line) {
    try {
      byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
      return Optional.of(JSON.readValue(bytes, ProbeMessage.class).read());
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      LOG.warn("A line of {} is no probe, and is left out.", file);
      return Optional.empty();
    }
  }

  private static void cutTornLine(Path file) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long end = bytes.length();
      while (end > 0 && !endsLine(bytes, end)) {
        end--;
      }
      if (end < bytes.length()) {
        bytes.setLength(end);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot mend " + file, e);
    }
  }

  private static boolean endsLine(RandomAccessFile bytes, long end) throws IOException {
    bytes.seek(end - 1);
    return bytes.read() == '\n';
  }

  private void dropOld(long now) {
    LocalDate oldest = dayOf(Math.max(0, now - RETENTION.toSeconds()));
    for (Path file : files()) {
      if (day(file).isBefore(oldest)) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          LOG.warn("Cannot delete {}: {}", file, e.getMessage());
        }
      }
    }
  }

  private List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> day(p) != null).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private Path fileOf(LocalDate day) {
    return folder.resolve("probes-" + day + ".log");
  }

  private static LocalDate day(Path file) {
    String name = file.getFileName().toString();
    if (!name.matches("probes-[0-9]{4}-[0-9]{2}-[0-9]{2}\\.log")) {
      return null;
    }
    try {
      return LocalDate.parse(name.substring(7, 17));
    } catch (java.time.format.DateTimeParseException noDay) {
      return null;
    }
  }

  private static LocalDate dayOf(long seconds) {
    return Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC).toLocalDate();
  }
}
