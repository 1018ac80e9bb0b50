package modicum.executor.docker;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import modicum.executor.doctor.EngineFacts;

/** Asks an engine what it is. */
public final class EngineProbe {
  private EngineProbe() {}

  /**
   * @param engineHost as {@code unix:///var/run/docker.sock}; empty for the usual environment
   * @throws modicum.executor.EngineUnavailable it does not answer
   */
  public static EngineFacts look(Optional<String> engineHost, DockerOptions options) {
    try (Engine engine = Engine.at(engineHost)) {
      Info info = engine.info();
      Version version = engine.ask(c -> c.versionCmd().exec());
      return new EngineFacts(
          text(version.getVersion()),
          text(version.getApiVersion()),
          text(info.getOsType()),
          text(info.getArchitecture()),
          text(info.getKernelVersion()),
          cgroupVersion(info),
          text(info.getCGroupDriver()),
          isTrue(info.getMemoryLimit()),
          isTrue(info.getSwapLimit()),
          isTrue(info.getCpuCfsQuota()),
          listOf(info.getSecurityOptions()),
          info.getRuntimes() == null ? Set.of() : Map.copyOf(info.getRuntimes()).keySet(),
          text(info.getDriver()),
          listOf(info.getDriverStatuses()).stream().map(pair -> String.join(": ", pair)).toList(),
          Objects.requireNonNullElse(info.getNCPU(), 1),
          Objects.requireNonNullElse(info.getMemTotal(), 0L),
          engine.isLocal(),
          Accounting.on(engine, info, options, JobUser.ofThisAgent()).isExact());
    } catch (IOException e) {
      throw new UncheckedIOException("closing the connection to the engine", e);
    }
  }

  /** Engines before 20.10 do not say, and have version 1. */
  private static int cgroupVersion(Info info) {
    return info.getCGroupVersion() == null ? 0 : Integer.parseInt(info.getCGroupVersion());
  }

  private static String text(String text) {
    return Objects.requireNonNullElse(text, "");
  }

  private static boolean isTrue(Boolean value) {
    return Boolean.TRUE.equals(value);
  }

  private static <T> List<T> listOf(Collection<T> values) {
    return values == null ? List.of() : List.copyOf(values);
  }
}
