package modicum.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The engine of this machine, asked apart from the project's own code. */
final class DockerEngine implements AutoCloseable {
  private static final String STATE_LABEL = "modicum.state";

  private final DockerClient client;

  private DockerEngine(DockerClient client) {
    this.client = client;
  }

  static DockerEngine connect() {
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    return new DockerEngine(
        DockerClientImpl.getInstance(
            config,
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .build()));
  }

  /** Tests that need an engine are skipped, and say so, where none answers. */
  static void assumeAnswers() {
    String trouble = "";
    try (DockerEngine engine = connect()) {
      engine.client.pingCmd().exec();
    } catch (RuntimeException e) {
      trouble = "no Docker engine answers: " + e.getMessage();
      System.out.println("Acceptance tests are skipped: " + trouble);
    }
    assumeTrue(trouble.isEmpty(), trouble);
  }

  /** Containers of executors whose state is somewhere below a folder, running or not. */
  List<Container> containersBelow(Path folder) {
    return client.listContainersCmd().withShowAll(true).exec().stream()
        .filter(c -> c.getLabels().getOrDefault(STATE_LABEL, "").startsWith(folder + "/"))
        .toList();
  }

  List<Container> runningBelow(Path folder) {
    return containersBelow(folder).stream().filter(c -> "running".equals(c.getState())).toList();
  }

  /** When a container's process was started, as the engine says it. */
  String startedAt(String container) {
    return client.inspectContainerCmd(container).exec().getState().getStartedAt();
  }

  /**
   * The ids of all containers that were started for a match since a time, once for each start, and
   * also of those that are removed by now.
   */
  List<String> starts(Instant since, String match) throws InterruptedException {
    List<String> ids = Collections.synchronizedList(new ArrayList<>());
    var listener =
        new ResultCallback.Adapter<Event>() {
          @Override
          public void onNext(Event event) {
            ids.add(event.getId());
          }
        };
    client
        .eventsCmd()
        .withSince(Long.toString(since.getEpochSecond()))
        .withUntil(Long.toString(Instant.now().getEpochSecond() + 1))
        .withEventFilter("start")
        .withLabelFilter("modicum.match=" + match)
        .exec(listener)
        .awaitCompletion(20, TimeUnit.SECONDS);
    return List.copyOf(ids);
  }

  /** Names of images that begin so. */
  List<String> imagesNamed(String beginning) {
    return client.listImagesCmd().exec().stream()
        .flatMap(image -> Stream.ofNullable(image.getRepoTags()).flatMap(Stream::of))
        .filter(name -> name.startsWith(beginning))
        .toList();
  }

  void removeImage(String name) {
    client.removeImageCmd(name).exec();
  }

  void remove(Container container) {
    client.removeContainerCmd(container.getId()).withForce(true).exec();
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
