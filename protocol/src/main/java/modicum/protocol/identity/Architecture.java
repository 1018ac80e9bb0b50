package modicum.protocol.identity;

import java.util.Arrays;
import java.util.Optional;
import modicum.protocol.job.CpuLevel;

/**
 * The instruction set that a job needs and a machine is offered for, and which level of it, as the
 * code that the contract compares: a job is matched with machines that are offered for exactly its
 * level.
 *
 * <p>The lower four bits are the instruction set; 0 and 1 are the codes of the published platform.
 * The upper four are the level: 0 for the default one, {@link CpuLevel#DEFAULT} of amd64, else the
 * level's number.
 *
 * @param code 0 to 255
 */
public record Architecture(int code) {
  /** At the default level. */
  public static final Architecture AMD64 = new Architecture(0);

  public static final Architecture ARMV7 = new Architecture(1);
  public static final Architecture ARM64 = new Architecture(2);

  private static final int LEVEL_SHIFT = 4;
  private static final int SET_MASK = (1 << LEVEL_SHIFT) - 1;
  private static final String KNOWN = "known: amd64, amd64-v1, amd64-v3, amd64-v4, armv7, arm64";

  public Architecture {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("an architecture code is 0 to 255, got " + code);
    }
  }

  /**
   * Reads the name that Docker and Java use for an architecture, with or without a level, as {@code
   * amd64-v3}.
   */
  public static Architecture fromName(String name) {
    return switch (name) {
      case "amd64", "x86_64" -> AMD64;
      case "arm", "armv7", "armv7l" -> ARMV7;
      case "arm64", "aarch64" -> ARM64;
      default ->
          Arrays.stream(CpuLevel.values())
              .filter(
                  level ->
                      name.equals("amd64-" + level.shortName()) || name.equals(level.toString()))
              .findFirst()
              .map(AMD64::at)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException("unknown architecture " + name + "; " + KNOWN));
    };
  }

  /** The same without its level. */
  public Architecture instructionSet() {
    return new Architecture(code & SET_MASK);
  }

  /**
   * The same instruction set at a level.
   *
   * @throws IllegalArgumentException other sets than amd64 have no levels but the default
   */
  public Architecture at(CpuLevel level) {
    Architecture set = instructionSet();
    if (level == CpuLevel.DEFAULT) {
      return set;
    }
    if (!set.equals(AMD64)) {
      throw new IllegalArgumentException(
          "%s has no CPU level %s; leave the level out".formatted(set, level));
    }
    return new Architecture(number(level) << LEVEL_SHIFT);
  }

  /** Which level of amd64 it is; empty for everything else. */
  public Optional<CpuLevel> cpuLevel() {
    return Arrays.stream(CpuLevel.values())
        .filter(level -> AMD64.at(level).equals(this))
        .findFirst();
  }

  private static int number(CpuLevel level) {
    return level.ordinal() + 1;
  }

  @Override
  public String toString() {
    Optional<CpuLevel> level = cpuLevel();
    if (level.isPresent()) {
      return level.get() == CpuLevel.DEFAULT ? "amd64" : "amd64-" + level.get().shortName();
    }
    return switch (code) {
      case 1 -> "armv7";
      case 2 -> "arm64";
      default -> "architecture-" + code;
    };
  }
}
