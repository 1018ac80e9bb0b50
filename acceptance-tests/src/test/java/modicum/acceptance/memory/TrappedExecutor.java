package modicum.acceptance.memory;

import java.nio.file.Path;
import modicum.executor.BadImage;
import modicum.executor.Executor;
import modicum.executor.ForwardingExecutor;
import modicum.executor.RunName;
import modicum.executor.RunOutcome;
import modicum.executor.RunRequest;
import modicum.executor.RunState;
import modicum.protocol.job.ImageReference;

/** An executor whose user may die of all that changes the engine, and of waiting. */
final class TrappedExecutor extends ForwardingExecutor {
  private final Trap trap;

  TrappedExecutor(Executor real, Trap trap) {
    super(real);
    this.trap = trap;
  }

  @Override
  public void loadImage(ImageReference image, Path layout) throws BadImage {
    int effect = trap.happens("load image");
    try {
      super.loadImage(image, layout);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public RunState start(RunRequest request) {
    int effect = trap.happens("start " + request.name().attempt());
    try {
      return super.start(request);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public RunOutcome await(RunName name) throws InterruptedException {
    int effect = trap.happens("await " + name.attempt());
    try {
      return super.await(name);
    } finally {
      trap.happened(effect);
    }
  }

  @Override
  public void remove(RunName name) {
    int effect = trap.happens("remove " + name.attempt());
    try {
      super.remove(name);
    } finally {
      trap.happened(effect);
    }
  }
}
