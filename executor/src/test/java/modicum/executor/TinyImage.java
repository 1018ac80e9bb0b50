package modicum.executor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import modicum.directory.image.ImageLayout;
import modicum.executor.image.ProgramImage;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;

/** An image of nothing but a busybox, made without a registry. */
public record TinyImage(ImageReference reference, Path layout) {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final List<String> NAMES =
      List.of(
          "awk",
          "cat",
          "chmod",
          "date",
          "dd",
          "echo",
          "env",
          "find",
          "grep",
          "head",
          "hostname",
          "id",
          "ifconfig",
          "kill",
          "ln",
          "ls",
          "mkdir",
          "mkfifo",
          "nproc",
          "printf",
          "sh",
          "sleep",
          "stat",
          "tail",
          "test",
          "touch",
          "tr",
          "true",
          "truncate",
          "usleep",
          "wget",
          "yes");

  public static TinyImage write(Path folder) {
    return write(folder, "true");
  }

  /** Another command makes another image, for a test that takes its image away again. */
  public static TinyImage write(Path folder, String command) {
    assumeTrue(
        Files.isExecutable(BUSYBOX),
        "skipped: no " + BUSYBOX + "; install the package busybox-static");
    Path layout = folder.resolve("tiny-" + command);
    Architecture architecture = Architecture.fromName(System.getProperty("os.arch"));
    try {
      return new TinyImage(
          ProgramImage.write(
              BUSYBOX, NAMES, List.of(command), architecture, new ImageLayout(layout)),
          layout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
