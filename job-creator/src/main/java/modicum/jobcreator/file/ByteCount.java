package modicum.jobcreator.file;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Map;

/**
 * A number of bytes, as people write it: {@code 1048576}, {@code 500kB}, {@code 1.5GiB}.
 *
 * @param bytes not negative
 */
public record ByteCount(long bytes) {
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("B", 1L),
          Map.entry("kB", 1_000L),
          Map.entry("KB", 1_000L),
          Map.entry("MB", 1_000_000L),
          Map.entry("GB", 1_000_000_000L),
          Map.entry("TB", 1_000_000_000_000L),
          Map.entry("KiB", 1L << 10),
          Map.entry("MiB", 1L << 20),
          Map.entry("GiB", 1L << 30),
          Map.entry("TiB", 1L << 40));

  /** From a file, where it may look like a number. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ByteCount ofEntry(Object entry) {
    return parse(String.valueOf(entry));
  }

  public static ByteCount parse(String text) {
    return new ByteCount(
        NumberWithUnit.parse(text, UNITS)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "not a number of bytes: '"
                            + text
                            + "'; write for example 512MiB, 2GB or 1048576")));
  }

  @Override
  public String toString() {
    return forPeople(bytes);
  }

  /** Bytes in the largest unit that leaves at least one, with one decimal. */
  public static String forPeople(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : "%.1f %s".formatted(value, units[unit]);
  }
}
