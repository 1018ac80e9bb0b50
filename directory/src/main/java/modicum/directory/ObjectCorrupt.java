package modicum.directory;

/** What came is not what its name says. */
public final class ObjectCorrupt extends Exception {
  public ObjectCorrupt(String message) {
    super(message);
  }
}
