package modicum.jobcreator.file;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A decimal number followed by a unit, whose product must be a whole number. */
final class NumberWithUnit {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,18})?) ?(\\p{Alpha}*)");

  private NumberWithUnit() {}

  /** Empty where the text is no such number, its unit is unknown, or the product is not whole. */
  static Optional<Long> parse(String text, Map<String, Long> units) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches() || !units.containsKey(form.group(2))) {
      return Optional.empty();
    }
    try {
      BigDecimal factor = BigDecimal.valueOf(units.get(form.group(2)));
      return Optional.of(new BigDecimal(form.group(1)).multiply(factor).longValueExact());
    } catch (ArithmeticException tooLargeOrNotWhole) {
      return Optional.empty();
    }
  }
}
