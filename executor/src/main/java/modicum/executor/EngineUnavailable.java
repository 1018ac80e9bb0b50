package modicum.executor;

import modicum.protocol.Unavailable;

/** The container engine does not answer. Try again later; the message says what to check. */
public final class EngineUnavailable extends Unavailable {
  public EngineUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
