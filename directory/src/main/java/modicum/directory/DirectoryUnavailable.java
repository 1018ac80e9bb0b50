package modicum.directory;

/** The directory does not answer, or refuses everyone. The message says what was tried. */
public final class DirectoryUnavailable extends RuntimeException {
  public DirectoryUnavailable(String message) {
    super(message);
  }

  public DirectoryUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
