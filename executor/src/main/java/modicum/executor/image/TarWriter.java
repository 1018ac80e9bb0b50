package modicum.executor.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a tar whose bytes depend on names, modes and contents only: owner 0, time 0. */
final class TarWriter {
  private static final int BLOCK_SIZE = 512;
  private static final long LARGEST_OCTAL = 0_77777777777L;

  private final OutputStream out;

  TarWriter(OutputStream out) {
    this.out = out;
  }

  void file(String name, int mode, byte[] content) throws IOException {
    head(name, '0', mode, content.length, "");
    out.write(content);
    pad(content.length);
  }

  /** Copies exactly {@code size} bytes. */
  void file(String name, int mode, long size, InputStream content) throws IOException {
    head(name, '0', mode, size, "");
    byte[] buffer = new byte[1 << 16];
    for (long left = size; left > 0; ) {
      int n = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        throw new IOException("content of " + name + " is shorter than it was said to be");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
    pad(size);
  }

  void folder(String name, int mode) throws IOException {
    head(name + "/", '5', mode, 0, "");
  }

  void link(String name, String target) throws IOException {
    head(name, '2', 0777, 0, target);
  }

  void finish() throws IOException {
    out.write(end());
    out.flush();
  }

  /** What stands before the content of a file. */
  static byte[] head(String name, int mode, long size) {
    return block(name, '0', mode, size, "");
  }

  /** What stands after a content of that size. */
  static byte[] padding(long size) {
    return new byte[(int) ((BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE)];
  }

  /** What stands after everything. */
  static byte[] end() {
    return new byte[2 * BLOCK_SIZE];
  }

  private void head(String name, char type, int mode, long size, String target) throws IOException {
    out.write(block(name, type, mode, size, target));
  }

  private static byte[] block(String name, char type, int mode, long size, String target) {
    byte[] block = new byte[BLOCK_SIZE];
    text(block, 0, 100, name);
    octal(block, 100, 8, mode);
    octal(block, 108, 8, 0);
    octal(block, 116, 8, 0);
    size(block, size);
    octal(block, 136, 12, 0);
    block[156] = (byte) type;
    text(block, 157, 100, target);
    text(block, 257, 6, "ustar");
    text(block, 263, 2, "00");
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(block, 148, 7, sum);
    return block;
  }

  private static void size(byte[] block, long size) {
    if (size <= LARGEST_OCTAL) {
      octal(block, 124, 12, size);
      return;
    }
    block[124] = (byte) 0x80;
    for (int i = 0; i < 8; i++) {
      block[135 - i] = (byte) (size >> 8 * i);
    }
  }

  private static void octal(byte[] block, int offset, int length, long value) {
    String digits = Long.toOctalString(value);
    text(block, offset, length, "0".repeat(length - 1 - digits.length()) + digits);
  }

  private static void text(byte[] block, int offset, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > length) {
      throw new IllegalArgumentException("too long for a tar: " + text);
    }
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }

  private void pad(long size) throws IOException {
    out.write(padding(size));
  }
}
