package modicum.executor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/**
 * Runs jobs in a sandbox. A run has a name, and starting twice under one name is starting once, so
 * that an agent that was killed finds its runs again instead of repeating them.
 *
 * <p>Every method throws {@link EngineUnavailable} when the engine does not answer.
 */
public interface Executor {
  /** Whether the engine already has this image, so that it need not be fetched. */
  default boolean hasImage(Bytes32 imageId) {
    return layersOf(imageId).isPresent();
  }

  /** The diff ids of an image that the engine has, the base layer first; empty where it has not. */
  Optional<List<Bytes32>> layersOf(Bytes32 imageId);

  /**
   * Which layers of an image the engine would have to be given: those above what some image here
   * has in common with it.
   *
   * @param diffIds of the image's layers, the base layer first
   */
  default List<Bytes32> missingLayers(List<Bytes32> diffIds) {
    return diffIds;
  }

  /**
   * Gives the engine an image from a layout, in which layers that the engine has may be missing.
   *
   * @param layout folder of an image layout
   * @throws BadImage when the image is malformed, larger than it may be, or another than the
   *     reference names
   */
  void loadImage(ImageReference image, Path layout) throws BadImage;

  /** Starts a run, or finds the one of that name, running or ended. */
  RunState start(RunRequest request);

  /** What is known of a run. */
  RunState observe(RunName name);

  /** Waits until the run has ended, at most its wall-clock limit and the time for cleaning up. */
  RunOutcome await(RunName name) throws InterruptedException;

  /** Removes everything that a run left: container, folders, accounting. Idempotent. */
  void remove(RunName name);

  /** The names of all runs that this executor's owner has on the engine. */
  List<RunName> runs();
}
