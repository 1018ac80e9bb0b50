package modicum.solver;

import modicum.protocol.market.Condition;
import modicum.protocol.market.Rejection;

/**
 * Why the solver does not take an offer into its book.
 *
 * @param reason one word for counting
 * @param error what is wrong, one line
 * @param hint what to do about it, one line
 * @param mayPass whether the next block may lift it: the owner may just have registered
 */
public record Refusal(String reason, String error, String hint, boolean mayPass) {
  static Refusal lasting(String reason, String error, String hint) {
    return new Refusal(reason, error, hint, false);
  }

  static Refusal lasting(Rejection rejection, String hint) {
    return new Refusal(rejection.condition().errorName(), rejection.sentence(), hint, false);
  }

  static Refusal passing(Rejection rejection, String hint) {
    return new Refusal(rejection.condition().errorName(), rejection.sentence(), hint, true);
  }

  static Refusal of(Condition condition, String hint, Object... data) {
    return lasting(Rejection.of(condition, data), hint);
  }

  /** One line for people. */
  public String sentence() {
    return error + "; " + hint;
  }
}
