package modicum.marketplace.role;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import modicum.executor.docker.DockerExecutor;
import modicum.executor.docker.DockerOptions;
import modicum.executor.docker.EngineProbe;
import modicum.executor.doctor.EngineFacts;
import modicum.executor.doctor.Examination;
import modicum.executor.doctor.HealthReport;
import modicum.executor.doctor.HostFacts;
import modicum.executor.doctor.Need;
import modicum.executor.doctor.Trial;
import modicum.jobcreator.result.FileTree;
import modicum.mediator.MediatorConfig;
import modicum.provider.ProviderConfig;

/**
 * Looks at this machine and its engine before anyone relies on them.
 *
 * @param need what the machine is to be good for
 * @param stateFolder where jobs are to be run
 */
public record Doctor(Need need, Path stateFolder) {
  public static Doctor of(ProviderConfig config) {
    return new Doctor(
        new Need(
            config.cpuLevel(),
            config.runtimeIfAny(),
            times(config.slots(), config.capacity().memory()),
            times(config.slots(), config.capacity().storage())),
        config.state());
  }

  public static Doctor of(MediatorConfig config) {
    return new Doctor(new Need(config.cpuLevel(), Optional.empty(), 0, 0), config.state());
  }

  /**
   * @param clockAhead of the chain's latest block; empty where no chain was asked
   * @throws modicum.executor.EngineUnavailable the engine does not answer
   */
  public HealthReport examine(Optional<Duration> clockAhead) throws InterruptedException {
    DockerOptions options = DockerOptions.DEFAULT.withRuntime(need.runtime());
    EngineFacts engine = EngineProbe.look(Optional.empty(), options);
    HostFacts host = HostFacts.of(stateFolder);
    return new Examination(engine, host, need, Optional.of(tryOut(options)), clockAhead).report();
  }

  /**
   * @throws IllegalArgumentException this machine cannot run jobs; the message says why
   * @throws modicum.executor.EngineUnavailable the engine does not answer
   */
  public void requireFit() throws InterruptedException {
    HealthReport report = examine(Optional.empty());
    if (!report.isFit()) {
      throw new IllegalArgumentException(
          "this machine cannot run jobs as configured. %s; see 'modicum provider doctor'"
              .formatted(report.objections()));
    }
  }

  private Trial tryOut(DockerOptions options) throws InterruptedException {
    Path scratch = scratch(stateFolder);
    try (DockerExecutor executor =
        new DockerExecutor(Optional.empty(), scratch.resolve("state"), options)) {
      return Trial.on(executor, scratch.resolve("image"));
    } finally {
      FileTree.delete(scratch);
    }
  }

  /** A folder of its own below the state folder, which the engine is known to see. */
  public static Path scratch(Path stateFolder) {
    try {
      return Files.createTempDirectory(Files.createDirectories(stateFolder), "trial-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder in " + stateFolder, e);
    }
  }

  private static long times(int slots, long bytes) {
    return slots > 0 && bytes > Long.MAX_VALUE / slots ? Long.MAX_VALUE : slots * bytes;
  }
}
