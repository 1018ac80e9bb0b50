package modicum.directory.uptime;

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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.directory.SeenBlock;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/**
 * The beats of a day in a file, so that each file can be verified without those before it: a line
 * that says which chain goes on after which beat, then one line a beat, with the chain's hash.
 */
final class UptimeFile {
  private static final String HASH = "([0-9a-f]{64})";
  private static final String NUMBER = "([0-9]{1,12})";
  private static final Pattern HEADER =
      Pattern.compile(
          "modicum uptime 2 (0x[0-9a-f]{40}) %s %s (?:first|broken %s %s %s) after %s %s"
              .formatted(NUMBER, NUMBER, HASH, NUMBER, HASH, NUMBER, HASH));
  private static final Pattern BEAT =
      Pattern.compile("%s %s (?:-|([0-9]{1,18}) %s) %s".formatted(NUMBER, NUMBER, HASH, HASH));

  /** Longer than any line, bytes: so much may be torn. */
  private static final int LONGEST_LINE = 512;

  private UptimeFile() {}

  /** A place in a chain: after the beat of this number, 0 for none, whose hash this is. */
  record Place(long number, Bytes32 hash) {}

  /** How a file begins. */
  record Header(UptimeChain chain, Place after) {}

  /** Told of each beat, with the hash before it; says whether to go on. */
  interface Visitor {
    boolean visit(Beat beat, Bytes32 previous);
  }

  /** What was written cannot be read any more. */
  static final class Damaged extends Exception {
    Damaged(Path file, int line, String what) {
      super("%s, line %d: %s".formatted(file, line, what));
    }
  }

  static void create(Path file, Header header) {
    UptimeChain chain = header.chain();
    String after =
        chain
            .after()
            .map(b -> "broken %s %d %s".formatted(b.chain().toHex(), b.number(), b.hash().toHex()))
            .orElse("first");
    append(
        file,
        "modicum uptime 2 %s %d %d %s after %d %s\n"
            .formatted(
                chain.directory(),
                chain.began(),
                chain.period(),
                after,
                header.after().number(),
                header.after().hash().toHex()));
  }

  /**
   * A beat is on the disk before anyone is shown it: else a power cut could make the directory sign
   * two beats of one number.
   */
  static void append(Path file, Beat beat, Bytes32 hash) {
    String block = beat.block().map(b -> b.number() + " " + b.hash().toHex()).orElse("-");
    append(file, "%d %d %s %s\n".formatted(beat.number(), beat.time(), block, hash.toHex()));
  }

  private static void append(Path file, String line) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      append(channel, ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Nothing stays of a line that could not be written: the next one would be written onto it. */
  private static void append(FileChannel channel, ByteBuffer line) throws IOException {
    long end = channel.size();
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
    } catch (IOException e) {
      channel.truncate(end);
      throw e;
    }
  }

  /**
   * Cuts off what follows the last whole line, where a kill left some of a line. What is longer
   * than a line is damage, and left for the reader to find.
   *
   * @return whether something is left
   */
  static boolean cutTornLine(Path file) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long length = bytes.length();
      long end = length;
      while (end > 0 && !endsLine(bytes, end)) {
        end--;
        if (length - end > LONGEST_LINE) {
          return true;
        }
      }
      bytes.setLength(end);
      return end > 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot mend " + file, e);
    }
  }

  private static boolean endsLine(RandomAccessFile bytes, long end) throws IOException {
    bytes.seek(end - 1);
    return bytes.read() == '\n';
  }

  static Header header(Path file) throws Damaged {
    try (BufferedReader lines = open(file)) {
      return header(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    // Whatever the bytes are, they are characters; a line of others matches no pattern.
    return Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
  }

  private static Header header(Path file, BufferedReader lines) throws IOException, Damaged {
    String line = lines.readLine();
    Matcher m = HEADER.matcher(line == null ? "" : line);
    if (!m.matches()) {
      throw new Damaged(file, 1, "it does not say which chain goes on here");
    }
    try {
      Optional<UptimeChain.Break> broken =
          m.group(4) == null
              ? Optional.empty()
              : Optional.of(
                  new UptimeChain.Break(
                      Bytes32.fromHex(m.group(4)),
                      Long.parseLong(m.group(5)),
                      Bytes32.fromHex(m.group(6))));
      return new Header(
          new UptimeChain(
              Address.fromHex(m.group(1)),
              Long.parseLong(m.group(2)),
              Long.parseLong(m.group(3)),
              broken),
          new Place(Long.parseLong(m.group(7)), Bytes32.fromHex(m.group(8))));
    } catch (IllegalArgumentException e) {
      throw new Damaged(file, 1, e.getMessage());
    }
  }

  /**
   * Reads the beats in order, verifying each.
   *
   * @return the place after the last beat read
   */
  static Place read(Path file, Visitor visitor) throws Damaged {
    try (BufferedReader lines = open(file)) {
      Place place = header(file, lines).after();
      int number = 2;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher m = BEAT.matcher(line);
        if (!m.matches()) {
          throw new Damaged(file, number, "it is no beat");
        }
        Beat beat = beat(file, number, m);
        Bytes32 hash = beat.hash(place.hash());
        if (beat.number() != place.number() + 1 || !hash.equals(Bytes32.fromHex(m.group(5)))) {
          throw new Damaged(file, number, "the beat does not follow the one before it");
        }
        if (!visitor.visit(beat, place.hash())) {
          return new Place(beat.number(), hash);
        }
        place = new Place(beat.number(), hash);
        number++;
      }
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Beat beat(Path file, int line, Matcher m) throws Damaged {
    try {
      Optional<SeenBlock> block =
          m.group(3) == null
              ? Optional.empty()
              : Optional.of(new SeenBlock(Long.parseLong(m.group(3)), Bytes32.fromHex(m.group(4))));
      return new Beat(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)), block);
    } catch (IllegalArgumentException e) {
      throw new Damaged(file, line, e.getMessage());
    }
  }
}
