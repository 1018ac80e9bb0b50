package modicum.executor;

/** No image of that name, here or in a registry; the message says what to do next. */
public final class UnknownImage extends Exception {
  public UnknownImage(String message) {
    super(message);
  }
}
