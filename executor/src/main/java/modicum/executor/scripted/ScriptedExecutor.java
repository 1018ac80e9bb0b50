package modicum.executor.scripted;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import modicum.directory.image.ImageLayout;
import modicum.directory.image.ImageManifest;
import modicum.executor.BadImage;
import modicum.executor.BaseLayers;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.image.StoredImage;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/**
 * The in-memory twin of an executor. A killed and restarted agent is a second executor on the same
 * {@link ScriptedEngine}; two agents on one engine differ by the owners of their runs.
 */
public final class ScriptedExecutor implements Executor, BaseLayers {
  private final ScriptedEngine engine;
  private final String owner;

  /**
   * @param owner as in the names of the runs of this executor
   */
  public ScriptedExecutor(ScriptedEngine engine, String owner) {
    this.engine = engine;
    this.owner = owner;
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
    engine.requireUp();
    StoredImage stored =
        StoredImage.open(new ImageLayout(layout), image, ImageManifest.LARGEST_IMAGE);
    Set<Bytes32> omitted = new HashSet<>(stored.diffIds());
    missingLayers(stored.diffIds()).forEach(omitted::remove);
    try (InputStream archive = stored.archive(omitted)) {
      archive.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new BadImage("the image cannot be read: " + e.getMessage(), e);
    }
    engine.addImage(image.id(), stored.diffIds());
  }

  @Override
  public boolean has(Bytes32 layer) {
    return missingLayers(List.of(layer)).isEmpty();
  }

  @Override
  public void keep(ImageReference image, Path layout) throws BadImage {
    loadImage(image, layout);
    engine.keep(owner, image);
  }

  @Override
  public Set<Bytes32> kept() {
    return engine.kept(owner);
  }

  @Override
  public void drop(Bytes32 layer) {
    engine.drop(owner, layer);
  }

  @Override
  public RunState start(RunRequest request) {
    engine.start(request);
    return observe(request.name());
  }

  @Override
  public RunState observe(RunName name) {
    if (!engine.knows(name)) {
      return new RunState.NotStarted();
    }
    return engine.outcome(name).<RunState>map(RunState.Ended::new).orElseGet(RunState.Running::new);
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    return engine.await(name);
  }

  @Override
  public void remove(RunName name) {
    engine.remove(name);
  }

  @Override
  public List<RunName> runs() {
    return engine.runs().stream().filter(name -> name.owner().equals(owner)).toList();
  }
}
