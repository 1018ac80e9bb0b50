package modicum.executor;

/** The container engine does not answer. Try again later; the message says what to check. */
public final class EngineUnavailable extends RuntimeException {
  public EngineUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
