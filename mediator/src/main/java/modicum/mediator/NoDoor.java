package modicum.mediator;

import modicum.protocol.Unavailable;

/**
 * We do not know how to reach a directory. That is our own trouble, of which a directory is not to
 * be found guilty, and whoever runs us can end it.
 */
public final class NoDoor extends Unavailable {
  public NoDoor(String message, Throwable cause) {
    super(message, cause);
  }
}
