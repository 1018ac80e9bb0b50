package modicum.directory;

import modicum.protocol.Unavailable;

/**
 * The directory does not answer, or not as it should. The message says what was tried. Adapters
 * have already retried when they throw this.
 */
public sealed class DirectoryUnavailable extends Unavailable permits DirectoryRefused {
  public DirectoryUnavailable(String message) {
    super(message);
  }

  public DirectoryUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
