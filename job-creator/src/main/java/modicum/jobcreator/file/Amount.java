package modicum.jobcreator.file;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import modicum.ledger.MarketMoney;
import modicum.protocol.money.Wei;

/**
 * An amount of money with its unit, as people write it: 0.5ether, 3gwei, 100wei; or 100units, of
 * the smallest unit of whatever a market is paid in.
 */
public record Amount(Wei wei) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,40}(?:\\.[0-9]{1,18})?) ?(wei|units?|gwei|ether|eth)");

  /** From a file, where it may look like a number. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Amount ofEntry(Object entry) {
    return parse(String.valueOf(entry));
  }

  /** Zero needs no unit; anything else does, since a forgotten one is an expensive mistake. */
  public static Amount parse(String text) {
    if (text.strip().equals("0")) {
      return new Amount(Wei.ZERO);
    }
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "not an amount with its unit: '"
              + text
              + "'; write for example 0.5ether, 3gwei or 100wei");
    }
    try {
      return new Amount(
          new Wei(
              new BigDecimal(form.group(1)).movePointRight(decimals(form)).toBigIntegerExact()));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("not a whole number of wei: '" + text + "'", e);
    }
  }

  private static int decimals(Matcher form) {
    return switch (form.group(2)) {
      case "wei", "unit", "units" -> 0;
      case "gwei" -> 9;
      default -> 18;
    };
  }

  /** An amount of the chain's own coin, in the unit in which it is short. */
  public static String forPeople(Wei wei) {
    return MarketMoney.ofCoin(wei);
  }

  @Override
  public String toString() {
    return forPeople(wei);
  }
}
