package modicum.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import modicum.marketplace.cli.ModicumCommand;

/**
 * A {@code modicum} process, started as the launcher starts it: the same class, on the test's own
 * Java and class path.
 */
final class Program implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long LOOK_EVERY_MS = 50;

  private final List<String> arguments;
  private final Process process;
  private final Path out;
  private final Path err;

  /** What a process that has ended left. */
  record Ended(int exitCode, String out, String err) {
    List<String> errorLines() {
      return err.lines().toList();
    }
  }

  private Program(List<String> arguments, Process process, Path out, Path err) {
    this.arguments = arguments;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a process that knows nothing but its arguments and its folder.
   *
   * @param folder its working folder; its output is kept there
   */
  static Program start(Path folder, String... arguments) {
    return start(folder, Map.of(), arguments);
  }

  static Program start(Path folder, Map<String, String> environment, String... arguments) {
    try {
      Files.createDirectories(folder);
      Path out = Files.createTempFile(folder, arguments[0] + "-", ".out");
      Path err = Files.createTempFile(folder, arguments[0] + "-", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command(arguments))
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("MODICUM_"));
      builder.environment().put("MODICUM_HOME", ProjectHome.folder().toString());
      builder.environment().putAll(environment);
      return new Program(List.of(arguments), builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The launcher's own options, and a small heap: a market of processes shares one machine. */
  private static List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.springframework.boot.logging.LoggingSystem=none",
                "-Duser.timezone=UTC",
                "-cp",
                classPath(),
                ModicumCommand.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Production classes only: the processes shall log as they do in life. */
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator))
        .filter(entry -> !entry.contains("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Runs a command to its end. */
  static Ended run(Path folder, String... arguments) throws InterruptedException {
    return run(folder, Map.of(), arguments);
  }

  static Ended run(Path folder, Map<String, String> environment, String... arguments)
      throws InterruptedException {
    try (Program program = start(folder, environment, arguments)) {
      return program.awaitEnd();
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Ended awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(this + " has not ended");
    }
    return new Ended(process.exitValue(), read(out), read(err));
  }

  /** Waits until it has printed something, on whichever stream, and answers the match. */
  Matcher awaitText(String pattern) throws InterruptedException {
    Pattern wanted = Pattern.compile(pattern);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<Matcher> found = find(wanted, out).or(() -> find(wanted, err));
      if (found.isPresent()) {
        return found.get();
      }
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("no '" + pattern + "' from " + this);
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  private static Optional<Matcher> find(Pattern pattern, Path stream) {
    Matcher matcher = pattern.matcher(read(stream));
    return matcher.find() ? Optional.of(matcher) : Optional.empty();
  }

  /** SIGKILL: it has no chance to do anything about it. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  /** SIGINT, as Ctrl-C sends it. */
  void interrupt() throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String errors() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM, and SIGKILL when that does not help. */
  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    }
  }

  @Override
  public String toString() {
    return "modicum "
        + String.join(" ", arguments)
        + (process.isAlive() ? " (running)" : " (ended with " + process.exitValue() + ")")
        + "\n"
        + read(out)
        + read(err);
  }
}
