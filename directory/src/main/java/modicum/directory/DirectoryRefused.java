package modicum.directory;

/**
 * The directory answers, but not to this caller: not registered, a wrong clock, too large an
 * object. The message says what to do. To the caller it is as good as unavailable, and trying again
 * does not help.
 */
public final class DirectoryRefused extends DirectoryUnavailable {
  public DirectoryRefused(String message) {
    super(message);
  }
}
