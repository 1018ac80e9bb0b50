package modicum.executor.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a tar as a stream, without unpacking anything. */
final class TarReader {
  private static final int BLOCK_SIZE = 512;
  private static final int MAXIMUM_EXTENSION_SIZE = 1 << 16;

  private final InputStream in;
  private final boolean extensions;
  private long left;
  private long padding;

  /**
   * @param extensions whether to understand extended headers, or to refuse them: two readers may
   *     understand a crafted one differently
   */
  TarReader(InputStream in, boolean extensions) {
    this.in = in;
    this.extensions = extensions;
  }

  /** Skips what is left of this entry and reads the head of the next; empty at the end. */
  Optional<TarEntry> next() throws IOException {
    in.skipNBytes(left + padding);
    left = 0;
    padding = 0;
    String longName = null;
    long longSize = -1;
    boolean sparse = false;
    boolean extended = false;
    while (true) {
      byte[] block = in.readNBytes(BLOCK_SIZE);
      if (block.length == 0 || isZero(block)) {
        return Optional.empty();
      }
      if (block.length < BLOCK_SIZE) {
        throw new EOFException("the archive is cut short");
      }
      requireChecksum(block);
      char type = (char) (block[156] & 0xff);
      long size = number(block, 124, 12);
      switch (type) {
        case 'L' -> {
          requireFirst(longName != null || extended);
          longName = text(extension(size), 0, (int) size);
        }
        case 'x' -> {
          requireFirst(longName != null || extended);
          extended = true;
          Map<String, String> records = records(extension(size));
          longName = records.get("path");
          longSize = longSize(records);
          sparse = records.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"));
        }
        case 'g' -> requireIdle(records(extension(size)));
        case 'K' -> extension(size);
        default -> {
          String name = longName != null ? longName : name(block);
          begin(type, longSize >= 0 ? longSize : size);
          return Optional.of(new TarEntry(name, type, left, device(block), sparse || type == 'S'));
        }
      }
    }
  }

  /** The content of the current entry, as far as it has not been read. */
  InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int n = in.read(buffer, offset, (int) Math.min(length, left));
        if (n < 0) {
          throw new EOFException("the archive is cut short");
        }
        left -= n;
        return n;
      }
    };
  }

  private void begin(char type, long size) throws IOException {
    // Readers disagree whether content follows what can have none.
    if (size < 0 || (size > 0 && type >= '1' && type <= '6')) {
      throw new IOException("an entry of impossible size");
    }
    left = size;
    padding = (BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE;
  }

  private byte[] extension(long size) throws IOException {
    if (!extensions) {
      throw new IOException("an extended header");
    }
    if (size < 0 || size > MAXIMUM_EXTENSION_SIZE) {
      throw new IOException("an extended header of " + size + " bytes");
    }
    byte[] content = in.readNBytes((int) size);
    if (content.length < size) {
      throw new EOFException("the archive is cut short");
    }
    in.skipNBytes((BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE);
    return content;
  }

  private static String device(byte[] block) throws IOException {
    char type = (char) (block[156] & 0xff);
    return type == '3' || type == '4' ? number(block, 329, 8) + ":" + number(block, 337, 8) : "";
  }

  private static String name(byte[] block) {
    boolean ustar = text(block, 257, 6).equals("ustar");
    String prefix = ustar ? text(block, 345, 155) : "";
    String name = text(block, 0, 100);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static void requireChecksum(byte[] block) throws IOException {
    long sum = 0;
    for (int i = 0; i < BLOCK_SIZE; i++) {
      sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
    }
    if (sum != number(block, 148, 8)) {
      throw new IOException("not a tar archive");
    }
  }

  /** Octal, or, where the first bit is set, the big-endian number of a large file. */
  private static long number(byte[] block, int offset, int length) throws IOException {
    if ((block[offset] & 0x80) != 0) {
      long value = block[offset] & 0x7f;
      for (int i = 1; i < length; i++) {
        if (value > Long.MAX_VALUE >> 8) {
          throw new IOException("a number out of range");
        }
        value = value << 8 | block[offset + i] & 0xff;
      }
      return value;
    }
    String digits = text(block, offset, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("not a tar archive", e);
    }
  }

  private static String text(byte[] block, int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return new String(block, offset, end - offset, UTF_8);
  }

  /** Readers disagree about which of two says the name. */
  private static void requireFirst(boolean another) throws IOException {
    if (another) {
      throw new IOException("two extended headers of one entry");
    }
  }

  /** A header for all entries that follow may say what commit they are of, but nothing of them. */
  private static void requireIdle(Map<String, String> records) throws IOException {
    if (!Set.of("comment").containsAll(records.keySet())) {
      throw new IOException("a global header that changes the entries after it");
    }
  }

  private static long longSize(Map<String, String> records) throws IOException {
    try {
      return records.containsKey("size") ? Long.parseLong(records.get("size")) : -1;
    } catch (NumberFormatException e) {
      throw new IOException("not a tar archive", e);
    }
  }

  /** Records are {@code <length> <key>=<value>\n}, where a value may hold whatever it likes. */
  private static Map<String, String> records(byte[] bytes) throws IOException {
    Map<String, String> records = new HashMap<>();
    int at = 0;
    while (at < bytes.length) {
      int space = at;
      while (space < bytes.length && space - at < 6 && Character.isDigit(bytes[space])) {
        space++;
      }
      int length = space == at ? 0 : Integer.parseInt(ascii(bytes, at, space));
      int end = at + length;
      boolean whole = space < end && end <= bytes.length && bytes[space] == ' ';
      String record = whole ? new String(bytes, space + 1, end - space - 1, UTF_8) : "";
      int equals = record.indexOf('=');
      if (equals < 1 || !record.endsWith("\n")) {
        throw new IOException("not a tar archive");
      }
      records.put(record.substring(0, equals), record.substring(equals + 1, record.length() - 1));
      at = end;
    }
    return records;
  }

  private static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, UTF_8);
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
