package modicum.executor.scripted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import modicum.executor.EngineUnavailable;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.output.OddOutput;
import modicum.executor.output.OutputFolder;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Manifest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;
import modicum.protocol.result.ResultStatus;

/**
 * The engine's twin: the world in which scripted runs happen. It outlives the executors made on it,
 * as an engine outlives a killed agent.
 */
public final class ScriptedEngine {
  private static final long MAXIMUM_ENTRIES = 1000;

  private record Run(RunRequest request, Optional<RunOutcome> outcome) {}

  private final Path folder;
  private final Map<Digest, Function<RunRequest, ScriptedOutcome>> scripts = new HashMap<>();
  private final Map<RunName, Run> runs = new LinkedHashMap<>();
  private final Map<RunName, Integer> starts = new HashMap<>();
  private final Map<Bytes32, List<Bytes32>> images = new HashMap<>();

  /** By owner and base layer. */
  private final Map<String, Map<Bytes32, Bytes32>> kept = new HashMap<>();

  private Function<RunRequest, ScriptedOutcome> otherwise =
      request -> ScriptedOutcome.completed(Map.of("out.txt", "42\n"), 1);
  private boolean holding;
  private boolean down;

  /**
   * @param folder where the files of outputs are made
   */
  public ScriptedEngine(Path folder) {
    this.folder = folder;
  }

  /** What every run comes to whose job has no script of its own; at first: one small file. */
  public synchronized ScriptedEngine otherwise(Function<RunRequest, ScriptedOutcome> script) {
    otherwise = script;
    return this;
  }

  /** What the runs of one job come to. */
  public synchronized ScriptedEngine script(
      Digest job, Function<RunRequest, ScriptedOutcome> script) {
    scripts.put(job, script);
    return this;
  }

  /** From now on runs stay running until {@link #finish} or {@link #finishAll}. */
  public synchronized void holdRuns() {
    holding = true;
  }

  /** Ends one held run. */
  public synchronized void finish(RunName name) {
    Run run = runs.get(name);
    if (run == null) {
      throw new IllegalStateException("no run " + name.containerName());
    }
    end(name, run);
  }

  /** Ends all held runs; from now on runs end at once. */
  public synchronized void finishAll() {
    holding = false;
    Map.copyOf(runs).forEach(this::end);
  }

  /** From now on the engine does not answer. */
  public synchronized void goDown() {
    down = true;
  }

  public synchronized void comeBack() {
    down = false;
    notifyAll();
  }

  /**
   * How often a run was really started, over all executors: never more than once, if all is well.
   */
  public synchronized int starts(RunName name) {
    return starts.getOrDefault(name, 0);
  }

  /** The starts of all runs there ever were. */
  public synchronized Map<RunName, Integer> starts() {
    return Map.copyOf(starts);
  }

  synchronized void requireUp() {
    if (down) {
      throw new EngineUnavailable("the scripted engine is down; call comeBack()", null);
    }
  }

  synchronized Optional<List<Bytes32>> layersOf(Bytes32 image) {
    requireUp();
    return Optional.ofNullable(images.get(image));
  }

  synchronized void addImage(Bytes32 id, List<Bytes32> diffIds) {
    requireUp();
    images.put(id, diffIds);
  }

  synchronized void keep(String owner, ImageReference image) {
    requireUp();
    kept.computeIfAbsent(owner, o -> new HashMap<>()).put(image.baseLayer(), image.id());
  }

  synchronized Set<Bytes32> kept(String owner) {
    requireUp();
    return Set.copyOf(kept.getOrDefault(owner, Map.of()).keySet());
  }

  synchronized void drop(String owner, Bytes32 layer) {
    requireUp();
    Bytes32 image = kept.getOrDefault(owner, new HashMap<>()).remove(layer);
    if (image != null && kept.values().stream().noneMatch(k -> k.containsValue(image))) {
      images.remove(image);
    }
  }

  synchronized List<Bytes32> missingLayers(List<Bytes32> diffIds) {
    requireUp();
    int most = diffIds.size();
    while (most > 0 && !startsSomeImage(diffIds.subList(0, most))) {
      most--;
    }
    return diffIds.subList(most, diffIds.size());
  }

  private boolean startsSomeImage(List<Bytes32> layers) {
    return images.values().stream()
        .anyMatch(i -> i.size() >= layers.size() && i.subList(0, layers.size()).equals(layers));
  }

  synchronized void start(RunRequest request) {
    requireUp();
    if (runs.containsKey(request.name())) {
      return;
    }
    starts.merge(request.name(), 1, Integer::sum);
    Run run = new Run(request, Optional.empty());
    runs.put(request.name(), run);
    if (!holding) {
      end(request.name(), run);
    }
  }

  synchronized boolean knows(RunName name) {
    requireUp();
    return runs.containsKey(name);
  }

  synchronized Optional<RunOutcome> outcome(RunName name) {
    requireUp();
    return Optional.ofNullable(runs.get(name)).flatMap(Run::outcome);
  }

  synchronized RunOutcome await(RunName name) throws InterruptedException {
    while (true) {
      requireUp();
      Run run = runs.get(name);
      if (run == null) {
        throw new IllegalStateException("no run " + name.containerName() + "; start it first");
      }
      if (run.outcome().isPresent()) {
        return run.outcome().get();
      }
      wait();
    }
  }

  synchronized void remove(RunName name) {
    requireUp();
    if (runs.remove(name) != null) {
      delete(outputFolder(name));
    }
    notifyAll();
  }

  synchronized List<RunName> runs() {
    requireUp();
    return List.copyOf(runs.keySet());
  }

  private void end(RunName name, Run run) {
    if (run.outcome().isPresent()) {
      return;
    }
    RunRequest request = run.request();
    ScriptedOutcome scripted =
        scripts.getOrDefault(request.job().digest(), otherwise).apply(request);
    runs.put(name, new Run(request, Optional.of(materialise(request, scripted))));
    notifyAll();
  }

  private RunOutcome materialise(RunRequest request, ScriptedOutcome scripted) {
    Path output = outputFolder(request.name());
    Duration cpuTime =
        Duration.ofNanos(Math.multiplyExact(scripted.instructions(), request.timePerInstruction()));
    return new RunOutcome(
        scripted.status(),
        scripted.status() == ResultStatus.COMPLETED ? write(output, scripted) : Manifest.EMPTY,
        output,
        scripted.instructions(),
        cpuTime,
        cpuTime,
        scripted.peakMemory(),
        scripted.exitCode(),
        scripted.log(),
        scripted.explanation());
  }

  private static Manifest write(Path output, ScriptedOutcome scripted) {
    try {
      Files.createDirectories(output);
      for (Map.Entry<String, byte[]> file : scripted.files().entrySet()) {
        Path target = output.resolve(file.getKey());
        Files.createDirectories(target.getParent());
        Files.write(target, file.getValue());
      }
      return new OutputFolder(output, MAXIMUM_ENTRIES).collect();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OddOutput e) {
      throw new IllegalArgumentException("a script with an odd output", e);
    }
  }

  private Path outputFolder(RunName name) {
    return folder.resolve(name.containerName());
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
