package modicum.protocol.job;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which instructions a job may use: those that every CPU of its level has. Numeric libraries choose
 * other ways to calculate on other CPUs, and other ways give other last digits.
 */
public enum CpuLevel {
  X86_64_V1("x86-64-v1"),
  X86_64_V2("x86-64-v2"),
  X86_64_V3("x86-64-v3"),
  X86_64_V4("x86-64-v4");

  /** Every CPU of the last fifteen years has it. */
  public static final CpuLevel DEFAULT = X86_64_V2;

  private final String label;

  CpuLevel(String label) {
    this.label = label;
  }

  /** Reads a level's name, also in its short form as {@code v3}. */
  public static CpuLevel fromName(String name) {
    return Arrays.stream(values())
        .filter(level -> level.label.equals(name) || level.shortName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown CPU level "
                        + name
                        + "; known: "
                        + Arrays.stream(values())
                            .map(CpuLevel::toString)
                            .collect(Collectors.joining(", "))));
  }

  public String shortName() {
    return label.substring(label.lastIndexOf('-') + 1);
  }

  @Override
  public String toString() {
    return label;
  }
}
