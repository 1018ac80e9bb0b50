package modicum.executor;

import java.nio.file.Path;
import java.util.Set;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.job.ImageReference;

/**
 * The base layers that an engine has, and those of them that it keeps for one agent: jobs on them
 * need only their own layers.
 *
 * <p>Every method throws {@link EngineUnavailable} when the engine does not answer.
 */
public interface BaseLayers {
  /** Whether some image of the engine stands on this layer. */
  boolean has(Bytes32 layer);

  /**
   * Gives the engine an image of one layer, and has it keep that until {@link #drop}.
   *
   * @param layout folder of an image layout
   * @throws BadImage when the engine does not take it
   */
  void keep(ImageReference image, Path layout) throws BadImage;

  /** The layers that the engine keeps for this agent. */
  Set<Bytes32> kept();

  /** Keeps a layer no longer; images that stand on it stay. Idempotent. */
  void drop(Bytes32 layer);
}
