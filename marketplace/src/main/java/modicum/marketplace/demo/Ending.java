package modicum.marketplace.demo;

import java.util.List;
import modicum.protocol.money.Wei;

/**
 * How one act of the demo ended.
 *
 * @param ending its name
 * @param faultyParty who was at fault, {@code none} where nobody was
 * @param verdict the mediator's, {@code none} where there was none
 * @param why one sentence
 * @param accounts who had what before and after; both sums are equal
 * @param gas what each role's transactions took
 */
record Ending(
    String ending,
    String faultyParty,
    String verdict,
    String why,
    List<AccountChange> accounts,
    List<RoleGas> gas) {
  static final String NONE = "none";

  record AccountChange(String role, Wei before, Wei after) {
    boolean isChanged() {
      return !before.equals(after);
    }
  }

  record RoleGas(String role, long gas) {}
}
