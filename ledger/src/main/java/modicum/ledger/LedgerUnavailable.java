package modicum.ledger;

import modicum.protocol.Unavailable;

/** No node answers, or it answers nonsense. Try again later; the message says what to check. */
public class LedgerUnavailable extends Unavailable {
  public LedgerUnavailable(String message) {
    super(message);
  }

  public LedgerUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
