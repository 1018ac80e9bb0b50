package modicum.marketplace.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An everyday program, as someone would run it.
 *
 * @param aboutTime whether its output depends on wall time by intent
 * @param script for a shell in {@code /tmp}; what it puts into {@code /out} is compared
 */
record BenchProgram(String name, boolean aboutTime, String script) {
  /** Those that come with this program. */
  static List<BenchProgram> all() {
    try (InputStream in = BenchProgram.class.getResourceAsStream("programs")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| ", 3))
          .map(f -> new BenchProgram(f[0], f[1].equals("time"), f[2]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> command() {
    return List.of("sh", "-c", "cd /tmp; " + script);
  }
}
