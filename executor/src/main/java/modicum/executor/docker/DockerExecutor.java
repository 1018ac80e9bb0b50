package modicum.executor.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import modicum.directory.image.ImageLayout;
import modicum.executor.BadImage;
import modicum.executor.BaseLayers;
import modicum.executor.EngineUnavailable;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.image.StoredImage;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;
import modicum.protocol.result.ResultStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs as containers of a Docker engine.
 *
 * <p>A run is a container of the run's name, which the engine keeps though this process be killed,
 * and a folder below the state folder. What is known of a run is read from these two each time;
 * this object only adds the watching of runs that are going on, which it takes up again when it is
 * made anew over the same state folder. A state folder belongs to one process at a time.
 */
public final class DockerExecutor implements Executor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DockerExecutor.class);

  /** Label of the state folder, by which an executor knows its own containers. */
  private static final String STATE = "modicum.state";

  /** How long ending a run may take after its wall-clock limit: kill, collect, hash. */
  private static final Duration CLEANING_UP = Duration.ofMinutes(5);

  private static final int OWNER_DIGITS = 12;

  private final Engine engine;
  private final Path runs;
  private final DockerOptions options;
  private final JobUser user = JobUser.ofThisAgent();
  private final Map<RunName, Supervision> supervisions = new HashMap<>();
  private Parts parts;

  /** What can only be made once the engine has answered. */
  private record Parts(Accounting accounting, Sandbox sandbox) {}

  /**
   * Does not need the engine to answer yet.
   *
   * @param engineHost as {@code unix:///var/run/docker.sock}; empty for the usual environment
   * @param stateFolder on a disk that outlives this process; the engine must see the same path
   */
  public DockerExecutor(Optional<String> engineHost, Path stateFolder, DockerOptions options) {
    this.engine = Engine.at(engineHost);
    this.runs = stateFolder.toAbsolutePath().normalize().resolve("runs");
    this.options = options;
    try {
      Files.createDirectories(runs);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the state folder " + runs, e);
    }
    takeUpRuns();
  }

  @Override
  public Optional<List<Bytes32>> layersOf(Bytes32 imageId) {
    return engine.inspectImage(engineId(imageId)).map(EngineLayers::of);
  }

  @Override
  public List<Bytes32> missingLayers(List<Bytes32> diffIds) {
    return new EngineLayers(engine).missing(diffIds);
  }

  @Override
  public void loadImage(ImageReference image, Path layout) throws BadImage {
    ImageLayout blobs = new ImageLayout(layout);
    StoredImage stored = StoredImage.open(blobs, image, options.imageBytes());
    List<Bytes32> missing = missingLayers(stored.diffIds());
    requireHere(blobs, missing);
    Set<Bytes32> omitted = new HashSet<>(stored.diffIds());
    missing.forEach(omitted::remove);
    ImageLoading loading = new ImageLoading();
    try (InputStream in = stored.archive(omitted)) {
      engine.ask(c -> loading.await(c.loadImageAsyncCmd(in)));
    } catch (IOException e) {
      throw new BadImage("the image cannot be read: " + e.getMessage(), e);
    } catch (DockerException e) {
      throw new BadImage("the engine does not take the image: " + Engine.oneLine(e), e);
    }
    if (!hasImage(image.id())) {
      throw new BadImage("the engine does not take the image: " + loading.lastMessage());
    }
  }

  /** The base layers that this engine keeps for the owner of this executor's state folder. */
  public BaseLayers baseLayers() {
    String owner = Sha256.ofUtf8(runs.toString()).sha256().toHex().substring(0, OWNER_DIGITS);
    return new DockerBaseLayers(engine, this, owner);
  }

  /** What the engine had when the image was fetched may have been removed there since. */
  private static void requireHere(ImageLayout blobs, List<Bytes32> missing) {
    for (Bytes32 layer : missing) {
      if (!Files.exists(blobs.blob(layer))) {
        throw new EngineUnavailable(
            "the engine has not got layer " + layer.toHex() + " (any more); it is fetched again",
            null);
      }
    }
  }

  @Override
  public synchronized RunState start(RunRequest request) {
    RunName name = request.name();
    RunState known = observe(name);
    if (!(known instanceof RunState.NotStarted)) {
      return known;
    }
    requireRoom();
    // INVARIANT: a container is started only if the engine says that it never ran.
    if (engine.inspect(name.containerName()).isEmpty()) {
      Optional<RunOutcome> refused = create(request);
      if (refused.isPresent()) {
        return end(name, refused.get());
      }
    }
    Optional<RunOutcome> failed = startContainer(RunTerms.of(request));
    if (failed.isPresent()) {
      return end(name, failed.get());
    }
    watch(RunTerms.of(request));
    return new RunState.Running();
  }

  /** A run would be stopped at once, and started again, and so on. */
  private void requireRoom() {
    if (new DiskWatch(runs).free() < options.diskReserve()) {
      throw new EngineUnavailable(
          "no run is started, since the disk of %s is nearly full; free some of it".formatted(runs),
          null);
    }
  }

  @Override
  public synchronized RunState observe(RunName name) {
    Optional<RunOutcome> outcome = folder(name).outcome();
    if (outcome.isPresent()) {
      return new RunState.Ended(outcome.get());
    }
    Optional<InspectContainerResponse> container = engine.inspect(name.containerName());
    if (container.filter(c -> Ending.wasStarted(c.getState())).isEmpty()) {
      return new RunState.NotStarted();
    }
    watch(RunTerms.fromLabels(container.get().getConfig().getLabels()));
    return new RunState.Running();
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    return switch (observe(name)) {
      case RunState.Ended ended -> ended.outcome();
      case RunState.NotStarted none ->
          throw new IllegalStateException("no run " + name.containerName() + "; start it first");
      case RunState.Running running -> awaitWatched(name);
    };
  }

  @Override
  public synchronized void remove(RunName name) {
    Supervision supervision = supervisions.remove(name);
    if (supervision != null) {
      supervision.cancel();
    }
    engine.remove(name.containerName());
    parts().accounting().close(name);
    folder(name).delete();
  }

  @Override
  public List<RunName> runs() {
    Set<RunName> names = new LinkedHashSet<>();
    engine
        .containers(Map.of(STATE, runs.toString()))
        .forEach(c -> names.add(RunTerms.fromLabels(c.getLabels()).name()));
    runFolders().forEach(folder -> folder.name().ifPresent(names::add));
    return List.copyOf(names);
  }

  /** Stops watching. Runs go on in the engine, and are taken up by the next executor. */
  @Override
  public synchronized void close() {
    supervisions.values().forEach(Supervision::cancel);
    supervisions.clear();
    try {
      engine.close();
    } catch (IOException e) {
      LOG.debug("closing the connection to the engine", e);
    }
  }

  private Optional<RunOutcome> create(RunRequest request) {
    RunName name = request.name();
    InspectImageResponse image = requireImage(request);
    RunFolder folder = folder(name);
    folder.create(name, user);
    Optional<String> objection = parts().sandbox().objection(request.job(), image);
    if (objection.isPresent()) {
      return Optional.of(neverRan(name, ResultStatus.JOB_DESCRIPTION_ERROR, objection.get()));
    }
    warnOfFewCpus(request);
    Optional<String> cgroupParent = parts().accounting().open(name);
    Map<String, String> labels = RunTerms.of(request).toLabels();
    labels.put(STATE, runs.toString());
    try {
      engine.ask(
          c ->
              parts()
                  .sandbox()
                  .command(c, request, image, folder.output(), cgroupParent, labels)
                  .exec());
      return Optional.empty();
    } catch (NotFoundException | ConflictException e) {
      throw engine.refused(e);
    } catch (DockerException e) {
      return Optional.of(blame(name, e));
    }
  }

  private Optional<RunOutcome> startContainer(RunTerms terms) {
    String containerName = terms.name().containerName();
    try {
      engine.ask(c -> c.startContainerCmd(containerName).exec());
      return Optional.empty();
    } catch (DockerException e) {
      return Optional.of(blame(terms.name(), e));
    }
  }

  private RunOutcome blame(RunName name, DockerException e) {
    String message = Engine.oneLine(e);
    ResultStatus status = StartFailure.status(message).orElseThrow(() -> engine.refused(e));
    return neverRan(name, status, "cannot be started: " + message);
  }

  private RunOutcome neverRan(RunName name, ResultStatus status, String explanation) {
    return new RunOutcome(
        status,
        Manifest.EMPTY,
        folder(name).output(),
        0,
        Duration.ZERO,
        Duration.ZERO,
        0,
        -1,
        "",
        explanation);
  }

  private RunState end(RunName name, RunOutcome outcome) {
    folder(name).writeOutcome(outcome);
    return new RunState.Ended(outcome);
  }

  private InspectImageResponse requireImage(RunRequest request) {
    Bytes32 id = request.job().image().id();
    return engine
        .inspectImage(engineId(id))
        .orElseThrow(
            () ->
                new EngineUnavailable(
                    "the engine does not have image %s (any more); load it".formatted(id.toHex()),
                    null));
  }

  private void warnOfFewCpus(RunRequest request) {
    int cpus = Math.toIntExact(engine.info().getNCPU());
    if (request.job().cpus() > cpus) {
      LOG.warn(
          "run {} asks for {} CPUs and gets all {}",
          request.name().containerName(),
          request.job().cpus(),
          cpus);
    }
  }

  private RunOutcome awaitWatched(RunName name) throws InterruptedException {
    Supervision supervision;
    synchronized (this) {
      supervision = supervisions.get(name);
    }
    if (supervision == null) {
      throw new EngineUnavailable("run " + name.containerName() + " is no longer watched", null);
    }
    Duration patience = supervision.terms().wallClock().plus(CLEANING_UP);
    try {
      return supervision.outcome().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new EngineUnavailable(
          "run %s has not ended after %s".formatted(name.containerName(), patience), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineUnavailable unavailable) {
        throw unavailable;
      }
      throw new IllegalStateException("watching " + name.containerName() + " failed", e.getCause());
    }
  }

  private synchronized void watch(RunTerms terms) {
    Supervision current = supervisions.get(terms.name());
    if (current != null && !current.outcome().isCompletedExceptionally()) {
      return;
    }
    Supervision supervision =
        new Supervision(engine, parts().accounting(), options, terms, folder(terms.name()));
    supervisions.put(terms.name(), supervision.begin());
  }

  private void takeUpRuns() {
    try {
      for (RunFolder folder : runFolders()) {
        folder.name().ifPresent(this::observe);
      }
    } catch (EngineUnavailable e) {
      LOG.warn("{}; runs are taken up when it answers", e.getMessage());
    }
  }

  private List<RunFolder> runFolders() {
    try (Stream<Path> folders = Files.list(runs)) {
      return folders.map(RunFolder::at).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + runs, e);
    }
  }

  private synchronized Parts parts() {
    if (parts == null) {
      Info info = engine.info();
      Accounting accounting = Accounting.on(engine, info, options, user);
      Sandbox sandbox =
          new Sandbox(
              options,
              new SandboxFiles(runs.resolveSibling("sandbox")),
              user,
              CpuSet.on(engine),
              info.getNCPU());
      parts = new Parts(accounting, sandbox);
    }
    return parts;
  }

  private RunFolder folder(RunName name) {
    return RunFolder.of(runs, name);
  }

  private static String engineId(Bytes32 imageId) {
    return "sha256:" + imageId.toHex();
  }
}
