package modicum.protocol.market;

import java.util.List;

/**
 * The market's refusal of a command, which changes nothing.
 *
 * @param data what was needed and what was offered, in the order of the contract's error: numbers,
 *     addresses, hashes, enum values
 */
public record Rejection(Condition condition, List<Object> data) {
  public Rejection {
    data = List.copyOf(data);
  }

  public static Rejection of(Condition condition, Object... data) {
    return new Rejection(condition, List.of(data));
  }

  /** One line for people. */
  public String sentence() {
    return condition.sentence().formatted(data.toArray());
  }

  @Override
  public String toString() {
    return condition.errorName() + data;
  }
}
