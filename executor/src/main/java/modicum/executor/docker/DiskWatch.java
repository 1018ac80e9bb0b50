package modicum.executor.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says when a run's output is to be measured. Walking through all files takes long if there are
 * many, so that is done for a share of the time only; but how much is free on the disk can be asked
 * at any time, and if so much has gone that the run may have passed its limit, it is measured at
 * once.
 */
final class DiskWatch {
  /** Measuring takes this share of the time, so that a flood of files costs little. */
  private static final int SHARE = 10;

  private final Path folder;
  private long beginNanos;
  private long endNanos;
  private boolean isMeasured;
  private long measured;
  private long freeThen;

  DiskWatch(Path folder) {
    this.folder = folder;
  }

  /** What is free on the folder's disk for such as are not its keeper, bytes. */
  long free() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at the disk of " + folder, e);
    }
  }

  boolean isDue(long limit) {
    if (!isMeasured) {
      return true;
    }
    long rested = System.nanoTime() - endNanos;
    long took = endNanos - beginNanos;
    boolean maySuffice = freeThen - free() > limit - measured;
    return rested > SHARE * took || (maySuffice && rested > took);
  }

  void begin() {
    beginNanos = System.nanoTime();
    freeThen = free();
  }

  void end(long bytes) {
    endNanos = System.nanoTime();
    isMeasured = true;
    measured = bytes;
  }
}
