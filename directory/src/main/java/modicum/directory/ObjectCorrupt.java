package modicum.directory;

/** What came is not what its name says. */
public sealed class ObjectCorrupt extends Exception permits ObjectUnopenable {
  public ObjectCorrupt(String message) {
    super(message);
  }

  /** The same, saying also where it was found. */
  public ObjectCorrupt in(String place) {
    return new ObjectCorrupt(place + ": " + getMessage());
  }
}
