package modicum.solver;

import modicum.protocol.Unavailable;

/**
 * The order book cannot be kept now: its files cannot be written, or the market is not read yet.
 */
public final class BookUnavailable extends Unavailable {
  public BookUnavailable(String message) {
    super(message);
  }

  public BookUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
