package modicum.marketplace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import modicum.executor.EngineUnavailable;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;

/** What the parties of a local market have running, or left, in the engine. */
public final class LocalRuns {
  private LocalRuns() {}

  /**
   * Removes all of it. The market must be closed; one that is not kept any longer would leave its
   * containers behind for ever.
   *
   * @param state the market's state folder
   */
  public static void removeAll(Path state) {
    for (Path party : parties(state)) {
      try (DockerExecutor docker =
          new DockerExecutor(Optional.empty(), party, DockerOptions.DEFAULT)) {
        docker.runs().forEach(docker::remove);
      } catch (EngineUnavailable e) {
        // An engine that is gone runs nothing.
        return;
      }
    }
  }

  private static List<Path> parties(Path state) {
    if (!Files.isDirectory(state)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(state)) {
      return folders.filter(folder -> Files.isDirectory(folder.resolve("runs"))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + state, e);
    }
  }
}
