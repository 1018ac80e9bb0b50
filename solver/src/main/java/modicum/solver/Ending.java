package modicum.solver;

/** Why an offer that was left with the solver is no longer in its book. */
public enum Ending {
  MATCHED("it is matched"),
  USED_UP("all of its slots are taken"),
  CANCELLED("its owner cancelled it"),
  EXPIRED("it expired"),
  CROWDED_OUT("the book was full, and its owner had more offers in it than others; leave it again");

  private final String sentence;

  Ending(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }

  /** Whether the offer ended by doing what it was made for: leaving it again is then no mistake. */
  boolean isSuccess() {
    return this == MATCHED || this == USED_UP;
  }

  /** Whether it can never be matched again, whatever happens. */
  boolean isFinal() {
    return this != CROWDED_OUT;
  }
}
