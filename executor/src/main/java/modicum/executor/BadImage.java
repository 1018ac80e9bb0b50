package modicum.executor;

/** An image that is not what the job says it is: the job's own fault. */
public final class BadImage extends Exception {
  public BadImage(String message) {
    super(message);
  }

  public BadImage(String message, Throwable cause) {
    super(message, cause);
  }
}
