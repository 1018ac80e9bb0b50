package modicum.acceptance.memory;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.executor.BadImage;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.executor.scripted.ScriptedEngine;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/**
 * An executor on an engine that holds its runs: who waits for one is there when it ends. So a run
 * that was started is really running until then, and can be found running.
 */
final class HeldExecutor implements Executor {
  private final Executor real;
  private final ScriptedEngine engine;

  HeldExecutor(Executor real, ScriptedEngine engine) {
    this.real = real;
    this.engine = engine;
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
    engine.finish(name);
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
