package modicum.marketplace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import modicum.executor.output.OddOutput;
import modicum.executor.output.OutputFolder;

/** Runs a program as one does without any of this: {@code docker run}. */
final class PlainDocker {
  private static final long MOST_ENTRIES = 100_000;

  private final String image;
  private final Path scratch;
  private int count;

  PlainDocker(String image, Path scratch) {
    this.image = image;
    this.scratch = scratch;
  }

  /**
   * @param cpuSet the CPUs it may use; all where empty
   * @return what names the output, with the files' modes but without their times; empty where the
   *     program fails
   */
  Optional<String> run(List<String> command, Optional<String> cpuSet) throws InterruptedException {
    Path output = scratch.resolve("plain-" + count++);
    try {
      Files.createDirectories(output);
      Files.setPosixFilePermissions(output, PosixFilePermissions.fromString("rwxrwxrwx"));
      List<String> words =
          new ArrayList<>(
              List.of("docker", "run", "--rm", "--network", "none", "--tmpfs", "/tmp:exec"));
      cpuSet.ifPresent(set -> words.addAll(List.of("--cpuset-cpus", set)));
      words.addAll(List.of("-v", output + ":/out", image));
      words.addAll(command);
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() != 0) {
        return Optional.empty();
      }
      return Optional.of(
          new OutputFolder(output, MOST_ENTRIES).collect().digest().sha256().toHex());
    } catch (OddOutput e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run docker", e);
    }
  }
}
