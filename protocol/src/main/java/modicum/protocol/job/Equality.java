package modicum.protocol.job;

/** When two outputs of a job count as the same (section 3). */
public sealed interface Equality {
  Equality EXACT = new Exact();

  /** Same result digest. */
  record Exact() implements Equality {}

  /** A comparator image, run in the same sandbox on two anonymous outputs, says so. */
  record Comparator(ImageReference image) implements Equality {}
}
