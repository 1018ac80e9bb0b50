package modicum.directory;

/**
 * What came is what its name says, but not the encrypted content that it has to be: whoever made it
 * made it so, and everyone who has the key finds the same.
 */
public final class ObjectUnopenable extends ObjectCorrupt {
  public ObjectUnopenable(String message) {
    super(message);
  }

  @Override
  public ObjectUnopenable in(String place) {
    return new ObjectUnopenable(place + ": " + getMessage());
  }
}
