package modicum.mediator;

/** The mediation deadline passed before there was a verdict. */
final class GaveUp extends Exception {
  GaveUp(String message) {
    super(message);
  }
}
