package modicum.executor.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import modicum.executor.BadImage;
import modicum.protocol.encoding.Bytes32;

/**
 * Whether a stranger's layer unpacks to no more than its own size. An engine unpacks whatever it
 * recognises: a compressed archive, or a sparse file of a few bytes that says it is as large as the
 * disk; so a layer is a plain tar, and has no sparse files.
 */
record LayerCheck(Bytes32 layer) {
  /** Names fill a disk, too. */
  private static final int MAXIMUM_ENTRIES = 2_000_000;

  private static final char SPARSE = 'S';

  void check(Path file) throws BadImage {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      TarReader tar = new TarReader(in, true);
      int entries = 0;
      for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
        entries++;
        if (e.get().type() == SPARSE) {
          throw new BadImage(named() + " has a sparse file, " + printable(e.get().name()));
        }
        if (entries > MAXIMUM_ENTRIES) {
          throw new BadImage(named() + " has more than " + MAXIMUM_ENTRIES + " files");
        }
      }
    } catch (IOException e) {
      throw new BadImage(named() + " is no plain tar, which layers must be: " + e.getMessage(), e);
    }
  }

  private String named() {
    return "layer " + layer.toHex();
  }

  private static String printable(String name) {
    return name.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
