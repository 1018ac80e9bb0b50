package modicum.protocol;

/**
 * Something outside does not answer: a node, a directory, a container engine. Nothing is known
 * about what was asked, so it may be asked again later. Whatever is not this and not a returned
 * refusal is a bug.
 */
public abstract class Unavailable extends RuntimeException {
  protected Unavailable(String message) {
    super(message);
  }

  protected Unavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
