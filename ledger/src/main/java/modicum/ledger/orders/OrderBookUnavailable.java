package modicum.ledger.orders;

import modicum.protocol.Unavailable;

/** A solver does not answer, or answers nonsense. Try again later, or leave the offer elsewhere. */
public final class OrderBookUnavailable extends Unavailable {
  public OrderBookUnavailable(String message) {
    super(message);
  }

  public OrderBookUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
