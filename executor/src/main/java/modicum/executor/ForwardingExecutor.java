package modicum.executor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/** Does what another executor does, but for what a subclass does in its own way. */
public abstract class ForwardingExecutor implements Executor {
  private final Executor real;

  protected ForwardingExecutor(Executor real) {
    this.real = real;
  }

  @Override
  public Optional<List<Bytes32>> layersOf(Bytes32 imageId) {
    return real.layersOf(imageId);
  }

  @Override
  public List<Bytes32> missingLayers(List<Bytes32> diffIds) {
    return real.missingLayers(diffIds);
  }

  @Override
  public void loadImage(ImageReference image, Path layout) throws BadImage {
    real.loadImage(image, layout);
  }

  @Override
  public RunState start(RunRequest request) {
    return real.start(request);
  }

  @Override
  public RunState observe(RunName name) {
    return real.observe(name);
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    return real.await(name);
  }

  @Override
  public void remove(RunName name) {
    real.remove(name);
  }

  @Override
  public List<RunName> runs() {
    return real.runs();
  }
}
