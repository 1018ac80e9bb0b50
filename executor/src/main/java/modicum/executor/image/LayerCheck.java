package modicum.executor.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import modicum.executor.BadImage;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * One layer of a stranger's image, read before an engine unpacks it: what it is, how much disk it
 * will take, and whether it holds anything that an engine is known to trip over.
 *
 * <p>Only a plain tar is taken. An engine would also take a compressed one, and unpack whatever
 * comes out of it before it looks at the digest.
 */
final class LayerCheck {
  private static final int BUFFER_SIZE = 1 << 16;

  /** The least that a file takes on a disk, bytes. */
  private static final long DISK_BLOCK = 4096;

  private static final long MAXIMUM_USER_LIST = 1 << 20;

  /** Engines read these themselves, as root, from the image's own folder. */
  private static final Set<String> USER_LISTS = Set.of("etc/passwd", "etc/group");

  /** Major and minor numbers of what a distribution puts into {@code /dev}. */
  private static final Set<String> USUAL_DEVICES =
      Set.of("1:3", "1:5", "1:7", "1:8", "1:9", "5:0", "5:1", "5:2");

  /**
   * What a layer comes to.
   *
   * @param digest of the uncompressed tar
   * @param bytes that it takes on a disk, at most about
   * @param entries files, folders, links and everything else
   */
  record Layer(Bytes32 digest, long bytes, long entries) {}

  private LayerCheck() {}

  /**
   * @param content of the layer, read to its end
   * @param maximumBytes nothing beyond is even looked at
   */
  static Layer check(InputStream content, long maximumBytes, long maximumEntries)
      throws IOException, BadImage {
    MessageDigest sha256 = Sha256.newDigest();
    InputStream in = new BufferedInputStream(digesting(content, sha256), BUFFER_SIZE);
    requirePlain(in);
    TarReader tar = new TarReader(in, true);
    long bytes = 0;
    long entries = 0;
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      requireHarmless(next.get());
      entries++;
      long blocks = Math.ceilDiv(next.get().size(), DISK_BLOCK) + 1;
      bytes = blocks > maximumBytes ? Long.MAX_VALUE : bytes + blocks * DISK_BLOCK;
      requireWithin(bytes, maximumBytes, entries, maximumEntries);
    }
    in.transferTo(OutputStream.nullOutputStream());
    return new Layer(Bytes32.of(sha256.digest()), bytes, entries);
  }

  /** What is skipped belongs to the digest too. */
  private static InputStream digesting(InputStream content, MessageDigest sha256) {
    byte[] skipped = new byte[BUFFER_SIZE];
    return new DigestInputStream(content, sha256) {
      @Override
      public long skip(long n) throws IOException {
        return Math.max(0, read(skipped, 0, (int) Math.min(n, skipped.length)));
      }
    };
  }

  static void requireWithin(long bytes, long maximumBytes, long entries, long maximumEntries)
      throws BadImage {
    if (bytes > maximumBytes) {
      throw new BadImage(
          "the image takes more than the %d bytes of disk that this machine gives one"
              .formatted(maximumBytes));
    }
    if (entries > maximumEntries) {
      throw new BadImage(
          "the image has more than the %d files that this machine takes".formatted(maximumEntries));
    }
  }

  /** A tar may begin with the name of a file that looks like the mark of a compressed one. */
  private static void requirePlain(InputStream in) throws IOException, BadImage {
    in.mark(8);
    byte[] start = in.readNBytes(6);
    in.reset();
    if (starts(start, 0x1f, 0x8b)
        || starts(start, 'B', 'Z', 'h')
        || starts(start, 0xfd, '7', 'z', 'X', 'Z', 0)
        || starts(start, 0x28, 0xb5, 0x2f, 0xfd)
        || (start.length > 3 && (start[0] & 0xf0) == 0x50 && starts(tail(start), 0x2a, 0x4d))) {
      throw new BadImage(
          "a layer of the image is compressed; pack the image with `modicum` itself");
    }
  }

  /** Of a frame that a Zstandard reader skips, whose first four bits say so. */
  private static byte[] tail(byte[] start) {
    return new byte[] {start[1], start[2]};
  }

  private static boolean starts(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private static void requireHarmless(TarEntry entry) throws BadImage {
    String path = entry.path();
    if (path.equals("..")
        || path.startsWith("../")
        || path.contains("/../")
        || path.endsWith("/..")) {
      throw new BadImage("a layer of the image reaches out of its folder: " + shown(path));
    }
    if (entry.isSparse()) {
      throw new BadImage("a layer of the image holds a file with holes: " + shown(path));
    }
    if (entry.isDevice() && !USUAL_DEVICES.contains(entry.device())) {
      throw new BadImage("a layer of the image holds a device: " + shown(path));
    }
    boolean odd =
        USER_LISTS.contains(path) && (!entry.isFile() || entry.size() > MAXIMUM_USER_LIST);
    if (odd || (path.equals("etc") && !entry.isFolder())) {
      throw new BadImage("a layer of the image holds an odd list of users: " + shown(path));
    }
  }

  private static String shown(String path) {
    String line = path.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 100 ? line : line.substring(0, 100) + "...";
  }
}
