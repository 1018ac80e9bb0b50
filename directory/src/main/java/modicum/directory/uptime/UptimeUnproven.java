package modicum.directory.uptime;

import modicum.protocol.encoding.Text;

/**
 * The directory answers about its availability, but what it says proves nothing: not signed by it,
 * hashes that do not fit, endless. The message says what is wrong, on one line and not too long.
 */
public final class UptimeUnproven extends Exception {
  public UptimeUnproven(String message) {
    super(Text.shown(message));
  }

  public UptimeUnproven(String message, Throwable cause) {
    super(Text.shown(message), cause);
  }
}
