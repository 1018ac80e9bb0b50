package modicum.marketplace.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import modicum.executor.BadImage;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.protocol.content.Manifest;
import modicum.protocol.content.ManifestEntry;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;
import modicum.protocol.result.ResultStatus;

/** The sandbox of a cheat: runs nothing, and puts out something that looks like a result. */
public final class ForgingExecutor implements Executor {
  private static final String FORGED_FILE = "tile.ppm";
  private static final byte[] FORGED = "P6\n1 1\n255\nabc".getBytes(StandardCharsets.US_ASCII);

  private final Executor engine;
  private final Path folder;
  private final Map<RunName, RunOutcome> forged = new ConcurrentHashMap<>();

  /**
   * @param engine asked for what is no run
   * @param folder where forged outputs are put
   */
  public ForgingExecutor(Executor engine, Path folder) {
    this.engine = engine;
    this.folder = folder;
  }

  @Override
  public Optional<List<Bytes32>> layersOf(Bytes32 imageId) {
    return engine.layersOf(imageId);
  }

  @Override
  public List<Bytes32> missingLayers(List<Bytes32> diffIds) {
    return engine.missingLayers(diffIds);
  }

  @Override
  public void loadImage(ImageReference image, Path layout) throws BadImage {
    engine.loadImage(image, layout);
  }

  @Override
  public RunState start(RunRequest request) {
    return new RunState.Ended(forged.computeIfAbsent(request.name(), this::forge));
  }

  @Override
  public RunState observe(RunName name) {
    RunOutcome outcome = forged.get(name);
    return outcome == null ? new RunState.NotStarted() : new RunState.Ended(outcome);
  }

  @Override
  public RunOutcome await(RunName name) {
    return forged.get(name);
  }

  @Override
  public void remove(RunName name) {
    forged.remove(name);
  }

  @Override
  public List<RunName> runs() {
    return List.copyOf(forged.keySet());
  }

  private RunOutcome forge(RunName name) {
    Path output = folder.resolve(name.containerName());
    try {
      Files.createDirectories(output);
      Files.write(output.resolve(FORGED_FILE), FORGED);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + output, e);
    }
    Manifest manifest =
        new Manifest(List.of(ManifestEntry.file(FORGED_FILE, 0644, Sha256.of(FORGED))));
    return new RunOutcome(
        ResultStatus.COMPLETED,
        manifest,
        output,
        1,
        Duration.ofMillis(1),
        Duration.ofMillis(1),
        1,
        0,
        "",
        "forged");
  }
}
