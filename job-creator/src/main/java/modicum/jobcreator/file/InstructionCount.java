package modicum.jobcreator.file;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Map;

/**
 * A number of instructions, the market's unit of CPU work, as people write it: {@code 50000},
 * {@code 500k}, {@code 1.5M}.
 *
 * @param instructions not negative
 */
public record InstructionCount(long instructions) {
  private static final Map<String, Long> UNITS =
      Map.of("", 1L, "k", 1_000L, "K", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L);

  /** From a file, where it may look like a number. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static InstructionCount ofEntry(Object entry) {
    return parse(String.valueOf(entry));
  }

  public static InstructionCount parse(String text) {
    return new InstructionCount(
        NumberWithUnit.parse(text, UNITS)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "not a number of instructions: '"
                            + text
                            + "'; write for example 50000, 500k or 1.5M")));
  }
}
