package modicum.directory.transfer;

import modicum.directory.TransferProgress;

/** Shows the progress of objects that are moved at the same time as that of all. */
public final class Together {
  private final TransferProgress whole;
  private final long total;
  private long moved;

  /**
   * @param total bytes of all objects
   */
  public Together(TransferProgress whole, long total) {
    this.whole = whole;
    this.total = total;
  }

  /** For one object of them. */
  public TransferProgress one() {
    long[] before = {0};
    return (movedOfIt, size) -> add(movedOfIt, before);
  }

  /** An object that has to be begun again takes back what it had. */
  private synchronized void add(long movedOfIt, long[] before) {
    moved += movedOfIt - before[0];
    before[0] = movedOfIt;
    whole.moved(moved, total);
  }
}
