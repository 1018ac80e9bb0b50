package modicum.executor.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

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
        case 'L' -> longName = text(extension(size), 0, (int) size);
        case 'x' -> {
          String records = new String(extension(size), StandardCharsets.UTF_8);
          if (records.contains(" GNU.sparse.")) {
            throw new IOException("it has a sparse file");
          }
          longName = paxValue(records, "path").orElse(longName);
          longSize = longSize(records).orElse(longSize);
        }
        case 'g' -> extension(size);
        default -> {
          String name = longName != null ? longName : name(block);
          begin(longSize >= 0 ? longSize : size);
          return Optional.of(new TarEntry(name, type, left));
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

  private void begin(long size) throws IOException {
    if (size < 0) {
      throw new IOException("an entry of negative size");
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
    return new String(block, offset, end - offset, StandardCharsets.UTF_8);
  }

  private static Optional<Long> longSize(String records) throws IOException {
    try {
      return paxValue(records, "size").map(Long::parseLong);
    } catch (NumberFormatException e) {
      throw new IOException("not a tar archive", e);
    }
  }

  /**
   * Records are {@code <length> <key>=<value>\n}; keys that matter here have no newline in them.
   */
  private static Optional<String> paxValue(String records, String key) {
    for (String line : records.split("\n")) {
      int space = line.indexOf(' ');
      if (space >= 0 && line.startsWith(key + "=", space + 1)) {
        return Optional.of(line.substring(space + 2 + key.length()));
      }
    }
    return Optional.empty();
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
