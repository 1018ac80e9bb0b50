package modicum.marketplace.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import modicum.executor.BadImage;
import modicum.executor.Executor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/** The sandbox of a provider that takes jobs and never finishes one. */
public final class AbsentExecutor implements Executor {
  private final Executor engine;
  private final Set<RunName> taken = ConcurrentHashMap.newKeySet();

  public AbsentExecutor(Executor engine) {
    this.engine = engine;
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
    taken.add(request.name());
    return new RunState.Running();
  }

  @Override
  public RunState observe(RunName name) {
    return taken.contains(name) ? new RunState.Running() : new RunState.NotStarted();
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    new CountDownLatch(1).await();
    throw new AssertionError("nobody counts down");
  }

  @Override
  public void remove(RunName name) {
    taken.remove(name);
  }

  @Override
  public List<RunName> runs() {
    return List.copyOf(taken);
  }
}
