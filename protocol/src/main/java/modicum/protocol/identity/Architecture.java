package modicum.protocol.identity;

/**
 * The instruction set that a job needs and a machine has, as the code that the contract compares.
 * Codes 0 and 1 are those of the published platform.
 *
 * @param code 0 to 255
 */
public record Architecture(int code) {
  public static final Architecture AMD64 = new Architecture(0);
  public static final Architecture ARMV7 = new Architecture(1);
  public static final Architecture ARM64 = new Architecture(2);

  public Architecture {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("an architecture code is 0 to 255, got " + code);
    }
  }

  /** Reads the name that Docker and Java use for an architecture. */
  public static Architecture fromName(String name) {
    return switch (name) {
      case "amd64", "x86_64" -> AMD64;
      case "arm", "armv7", "armv7l" -> ARMV7;
      case "arm64", "aarch64" -> ARM64;
      default ->
          throw new IllegalArgumentException(
              "unknown architecture " + name + "; known: amd64, armv7, arm64");
    };
  }

  @Override
  public String toString() {
    return switch (code) {
      case 0 -> "amd64";
      case 1 -> "armv7";
      case 2 -> "arm64";
      default -> "architecture-" + code;
    };
  }
}
