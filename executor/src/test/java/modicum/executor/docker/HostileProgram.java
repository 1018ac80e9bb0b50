package modicum.executor.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The programs of {@code src/test/c/hostile}, compiled statically, once. */
final class HostileProgram {
  private static final Path SOURCES = Path.of("src/test/c/hostile").toAbsolutePath();
  private static final Map<String, Path> COMPILED = new ConcurrentHashMap<>();

  private HostileProgram() {}

  static Path compiled(String name) {
    return COMPILED.computeIfAbsent(name, HostileProgram::compile);
  }

  private static Path compile(String name) {
    try {
      Path program = Files.createTempDirectory("modicum-hostile").resolve(name);
      program.toFile().deleteOnExit();
      program.getParent().toFile().deleteOnExit();
      List<String> words =
          List.of("gcc", "-static", "-pthread", "-O1", "-o", program.toString(), source(name));
      Process gcc = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(gcc.getInputStream().readAllBytes());
      assertThat(gcc.waitFor()).as(said).isZero();
      return program;
    } catch (IOException e) {
      assumeTrue(false, "skipped: no gcc; install gcc and libc6-dev");
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String source(String name) {
    return SOURCES.resolve(name + ".c").toString();
  }
}
