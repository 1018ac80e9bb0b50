package modicum.ledger.config;

/** A configuration file that cannot be used; the message says where and what to do. */
public final class BadConfiguration extends RuntimeException {
  public BadConfiguration(String message) {
    super(message);
  }

  public BadConfiguration(String message, Throwable cause) {
    super(message, cause);
  }
}
