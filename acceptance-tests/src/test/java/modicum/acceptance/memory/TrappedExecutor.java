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
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/** An executor whose user may die of all that changes the engine, and of waiting. */
final class TrappedExecutor implements Executor {
  private final Executor real;
  private final Trap trap;

  TrappedExecutor(Executor real, Trap trap) {
    this.real = real;
    this.trap = trap;
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
    int effect = trap.happens("load image");
    try {
      real.loadImage(image, layout);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public RunState start(RunRequest request) {
    int effect = trap.happens("start " + request.name().attempt());
    try {
      return real.start(request);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public RunState observe(RunName name) {
    return real.observe(name);
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    int effect = trap.happens("await " + name.attempt());
    try {
      return real.await(name);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public void remove(RunName name) {
    int effect = trap.happens("remove " + name.attempt());
    try {
      real.remove(name);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public List<RunName> runs() {
    return real.runs();
  }
}
