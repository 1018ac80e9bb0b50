package modicum.mediator;

import modicum.protocol.Unavailable;

/** The parties of a dispute were asked for the key of its job, and there is time to wait for it. */
public final class KeyAwaited extends Unavailable {
  public KeyAwaited(String message) {
    super(message);
  }
}
