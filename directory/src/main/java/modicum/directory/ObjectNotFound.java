package modicum.directory;

/** The directory has no such object, or the caller may not have it (the message says which). */
public final class ObjectNotFound extends Exception {
  public ObjectNotFound(String message) {
    super(message);
  }
}
