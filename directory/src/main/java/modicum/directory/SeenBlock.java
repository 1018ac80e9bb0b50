package modicum.directory;

import modicum.protocol.encoding.Bytes32;

/** A block of the ledger that a directory has seen. */
public record SeenBlock(long number, Bytes32 hash) {
  public SeenBlock {
    if (number < 0) {
      throw new IllegalArgumentException("blocks are numbered from 0, got " + number);
    }
  }
}
