package modicum.directory;

/** Told how far a transfer is. */
@FunctionalInterface
public interface TransferProgress {
  TransferProgress NONE = (moved, total) -> {};

  /**
   * @param moved bytes so far
   * @param total bytes in all
   */
  void moved(long moved, long total);
}
