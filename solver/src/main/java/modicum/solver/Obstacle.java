package modicum.solver;

/**
 * Something that keeps a job offer from being matched.
 *
 * @param reason one word: the name of the contract's error, or the solver's own
 * @param count how many resource offers it rules out
 * @param of how many resource offers there are
 * @param example one line, of one of them
 */
public record Obstacle(String reason, int count, int of, String example) {
  /** One line for people. */
  public String sentence() {
    return of == 0
        ? reason + ": " + example
        : reason + " (" + count + " of " + of + " resource offers), for example: " + example;
  }
}
