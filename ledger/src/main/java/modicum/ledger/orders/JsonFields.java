package modicum.ledger.orders;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import modicum.protocol.money.Wei;
import tools.jackson.databind.JsonNode;

/**
 * Reads the fields of a JSON object that another party wrote. Each field is there, is of its type,
 * and is known; whatever is not gives an {@link IllegalArgumentException} that names the field and
 * repeats none of its content.
 */
final class JsonFields {
  private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,38}");
  private static final Pattern QUANTITY = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]*");

  private final JsonNode object;
  private final String path;
  private final TreeSet<String> unread = new TreeSet<>();

  JsonFields(JsonNode object, String path) {
    if (!object.isObject()) {
      throw new IllegalArgumentException(path + " is a JSON object");
    }
    this.object = object;
    this.path = path;
    unread.addAll(object.propertyNames());
  }

  JsonFields object(String name) {
    return new JsonFields(take(name), path + "." + name);
  }

  /** A whole number of at most 18 digits, written as a string: above 2^53 many readers round. */
  long quantity(String name) {
    String text = text(name);
    if (!QUANTITY.matcher(text).matches()) {
      throw bad(name, "is a whole number written as a string, like \"1024\"");
    }
    return Long.parseLong(text);
  }

  Wei wei(String name) {
    String text = text(name);
    if (!DECIMAL.matcher(text).matches()) {
      throw bad(name, "is a whole number of wei written as a string, like \"1000\"");
    }
    return new Wei(new BigInteger(text));
  }

  /** A whole number of up to 40 bits, written as a number. */
  long number(String name) {
    JsonNode value = take(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw bad(name, "is a whole number");
    }
    return value.longValue();
  }

  /**
   * @param bytes how many, exactly
   */
  String hex(String name, int bytes) {
    String text = text(name);
    if (text.length() != 2 + 2 * bytes || !HEX.matcher(text).matches()) {
      throw bad(name, "is 0x and " + 2 * bytes + " hexadecimal digits");
    }
    return text;
  }

  /** 0x, and any number of bytes up to the most. */
  String hexAtMost(String name, int mostBytes) {
    String value = text(name);
    if (value.length() % 2 != 0
        || value.length() > 2 + 2 * mostBytes
        || !value.matches("0x[0-9a-fA-F]*")) {
      throw bad(name, "is 0x and at most " + mostBytes + " bytes of hexadecimal digits");
    }
    return value;
  }

  String text(String name) {
    JsonNode value = take(name);
    if (!value.isString()) {
      throw bad(name, "is a string");
    }
    return value.stringValue();
  }

  List<String> texts(String name) {
    JsonNode array = take(name);
    if (!array.isArray()) {
      throw bad(name, "is a list of strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array) {
      if (!value.isString()) {
        throw bad(name, "is a list of strings");
      }
      texts.add(value.stringValue());
    }
    return texts;
  }

  /** To be called when all fields are read: a misspelt field is an error, not a default. */
  void requireNothingElse() {
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException(
          path + " has " + unread.size() + " field(s) that are not known; remove them");
    }
  }

  private JsonNode take(String name) {
    JsonNode value = object.get(name);
    if (value == null) {
      throw bad(name, "is missing");
    }
    unread.remove(name);
    return value;
  }

  private IllegalArgumentException bad(String name, String what) {
    return new IllegalArgumentException(path + "." + name + " " + what);
  }
}
