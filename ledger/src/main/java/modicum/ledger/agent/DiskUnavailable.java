package modicum.ledger.agent;

import java.io.UncheckedIOException;
import modicum.protocol.Unavailable;

/** This machine's own files cannot be read or written: its disk is full, or lost. */
final class DiskUnavailable extends Unavailable {
  DiskUnavailable(UncheckedIOException trouble) {
    super(
        "this machine's disk does not do its part; free some space, or look at it: "
            + trouble.getMessage(),
        trouble);
  }
}
