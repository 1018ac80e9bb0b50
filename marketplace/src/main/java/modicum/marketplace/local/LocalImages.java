package modicum.marketplace.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import modicum.executor.EngineUnavailable;
import modicum.ledger.config.BadConfiguration;

/** Builds the example images by their own scripts, where the engine does not have them yet. */
public final class LocalImages {
  public static final String BASE = "modicum/base:bookworm";
  public static final String RENDER = "modicum/render:1";
  public static final String NON_DETERMINISTIC = "modicum/nondeterministic:1";

  /** Says of text tables whether they are equal up to the last digits of their numbers. */
  public static final String COMPARE_TABLES = "modicum/compare-tables:1";

  /** Says of pictures whether they have the same pixels. */
  public static final String COMPARE_PICTURES = "modicum/compare-pictures:1";

  private static final int LAST_LINES = 5;

  private final Path examples;
  private final Consumer<String> progress;

  /**
   * @param home folder of the project, with its examples
   */
  public LocalImages(Path home, Consumer<String> progress) {
    this.examples = home.resolve("examples");
    this.progress = progress;
  }

  public void buildBase() throws InterruptedException {
    build("images/base/build.sh");
  }

  public void buildRender() throws InterruptedException {
    build("render/build.sh");
  }

  public void buildNonDeterministic() throws InterruptedException {
    build("nondeterministic/build.sh");
  }

  public void buildComparators() throws InterruptedException {
    build("comparators/tables/build.sh");
    build("comparators/pictures/build.sh");
  }

  private void build(String script) throws InterruptedException {
    Path file = examples.resolve(script);
    if (!Files.exists(file)) {
      throw new BadConfiguration(
          file + " does not exist; start modicum from a whole checkout, or set MODICUM_HOME to it");
    }
    Deque<String> last = new ArrayDeque<>();
    try {
      Process process = new ProcessBuilder("sh", file.toString()).redirectErrorStream(true).start();
      try (BufferedReader lines = process.inputReader()) {
        lines.lines().forEach(line -> remember(last, line));
      }
      if (process.waitFor() != 0) {
        throw new EngineUnavailable(script + " failed: " + String.join(" / ", last), null);
      }
      progress.accept(last.isEmpty() ? script + " is done" : last.getLast());
    } catch (IOException e) {
      throw new EngineUnavailable("cannot run " + file + ": " + e.getMessage(), e);
    }
  }

  private static void remember(Deque<String> last, String line) {
    last.addLast(line);
    if (last.size() > LAST_LINES) {
      last.removeFirst();
    }
  }
}
