package modicum.mediator;

import modicum.protocol.Unavailable;

/**
 * This machine does not do its part: a full disk, a folder that cannot be written. It is tried
 * again, since its owner can mend it.
 */
public final class LocalTrouble extends Unavailable {
  public LocalTrouble(String message, Throwable cause) {
    super(message, cause);
  }
}
