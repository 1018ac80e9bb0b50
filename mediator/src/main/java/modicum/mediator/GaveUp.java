package modicum.mediator;

/** There can be no verdict: the mediation deadline passed, or the job cannot be run here. */
final class GaveUp extends Exception {
  GaveUp(String message) {
    super(message);
  }
}
