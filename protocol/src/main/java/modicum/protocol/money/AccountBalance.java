package modicum.protocol.money;

/**
 * An account's money inside the contract, wei.
 *
 * @param free can be withdrawn or locked for a match
 * @param locked held for open matches
 */
public record AccountBalance(Wei free, Wei locked) {
  public static final AccountBalance EMPTY = new AccountBalance(Wei.ZERO, Wei.ZERO);

  public Wei total() {
    return free.plus(locked);
  }
}
