package modicum.jobcreator.file;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time, as people write it: {@code 90s}, {@code 10m}, {@code 1h30m}, {@code 2d}.
 *
 * @param seconds at least 1
 */
public record Span(long seconds) {
  private static final Pattern PART = Pattern.compile("([0-9]{1,9})([smhd])");
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}[smhd])+");
  private static final Map<String, Long> UNITS =
      Map.of("s", 1L, "m", 60L, "h", 3600L, "d", 86_400L);

  public Span {
    if (seconds < 1) {
      throw new IllegalArgumentException("a length of time is at least 1s");
    }
  }

  /** From a file, where it may look like a number. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Span ofEntry(Object entry) {
    return parse(String.valueOf(entry));
  }

  public static Span parse(String text) {
    if (!FORM.matcher(text.strip()).matches()) {
      throw new IllegalArgumentException(
          "not a length of time: '" + text + "'; write for example 90s, 10m or 1h30m");
    }
    long seconds = 0;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      seconds += Long.parseLong(part.group(1)) * UNITS.get(part.group(2));
    }
    return new Span(seconds);
  }
}
