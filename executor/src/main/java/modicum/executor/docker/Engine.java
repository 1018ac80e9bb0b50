package modicum.executor.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import modicum.executor.EngineUnavailable;

/** A connection to a container engine; turns silence into {@link EngineUnavailable}. */
final class Engine implements AutoCloseable {
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(10);
  private static final int SERVER_ERROR = 500;

  private final DockerClient client;
  private final URI host;

  private Engine(DockerClient client, URI host) {
    this.client = client;
    this.host = host;
  }

  /** Connects lazily. Without a host, the usual environment decides (DOCKER_HOST and so on). */
  static Engine at(Optional<String> engineHost) {
    var builder = DefaultDockerClientConfig.createDefaultConfigBuilder();
    engineHost.ifPresent(builder::withDockerHost);
    DefaultDockerClientConfig config = builder.build();
    ZerodepDockerHttpClient http =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(CONNECTION_TIMEOUT)
            .build();
    return new Engine(DockerClientImpl.getInstance(config, http), config.getDockerHost());
  }

  /** Whether the engine's processes and files are this machine's. */
  boolean isLocal() {
    return "unix".equals(host.getScheme());
  }

  Info info() {
    return ask(c -> c.infoCmd().exec());
  }

  Optional<InspectContainerResponse> inspect(String containerName) {
    return find(c -> c.inspectContainerCmd(containerName).exec());
  }

  Optional<InspectImageResponse> inspectImage(String nameOrId) {
    return find(c -> c.inspectImageCmd(nameOrId).exec());
  }

  List<Container> containers(Map<String, String> labels) {
    return ask(c -> c.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
  }

  /** Kills every process of a container; that it has ended already is well. */
  void kill(String containerName) {
    try {
      ask(c -> c.killContainerCmd(containerName).exec());
    } catch (DockerException e) {
      requireAnswered(e);
    }
  }

  /** Removes a container with all that the engine keeps of it; that there is none is well. */
  void remove(String containerName) {
    try {
      ask(c -> c.removeContainerCmd(containerName).withForce(true).withRemoveVolumes(true).exec());
    } catch (NotFoundException gone) {
      // Removing is idempotent.
    } catch (DockerException e) {
      throw refused(e);
    }
  }

  /**
   * Asks the engine; what it refuses comes back as its {@link DockerException}.
   *
   * @throws EngineUnavailable when it does not answer
   */
  <T> T ask(Function<DockerClient, T> question) {
    return answer(() -> question.apply(client));
  }

  /** An answer that nothing here can be blamed for, as trouble of the engine's own. */
  EngineUnavailable refused(DockerException e) {
    return new EngineUnavailable(
        "the engine at %s answers: %s; see its log".formatted(host, oneLine(e)), e);
  }

  static String oneLine(DockerException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    return message.replaceFirst("^Status \\d+: \\{\"message\":\"(.*)\"\\} ?$", "$1");
  }

  private void requireAnswered(DockerException e) {
    if (e.getHttpStatus() >= SERVER_ERROR) {
      throw refused(e);
    }
  }

  private <T> Optional<T> find(Function<DockerClient, T> question) {
    try {
      return Optional.of(ask(question));
    } catch (NotFoundException none) {
      return Optional.empty();
    } catch (DockerException e) {
      throw refused(e);
    }
  }

  private <T> T answer(Supplier<T> question) {
    try {
      return question.get();
    } catch (NotModifiedException already) {
      return null;
    } catch (DockerException answered) {
      throw answered;
    } catch (RuntimeException e) {
      throw new EngineUnavailable(
          "no container engine answers at %s; start it, or set DOCKER_HOST".formatted(host), e);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
