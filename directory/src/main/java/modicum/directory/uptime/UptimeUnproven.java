package modicum.directory.uptime;

/**
 * The directory answers about its availability, but what it says proves nothing: not signed by it,
 * hashes that do not fit, endless. The message says what is wrong.
 */
public final class UptimeUnproven extends Exception {
  public UptimeUnproven(String message) {
    super(message);
  }

  public UptimeUnproven(String message, Throwable cause) {
    super(message, cause);
  }
}
