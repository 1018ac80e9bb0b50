package modicum.executor;

import java.io.IOException;
import java.util.function.LongConsumer;
import modicum.directory.image.ImageLayout;
import modicum.protocol.content.Digest;

/**
 * The images that a person has built or pulled, as parts of a job to be posted.
 *
 * <p>Every method throws {@link EngineUnavailable} when the engine does not answer.
 */
public interface ImageCatalog {
  /**
   * Finds an image by tag or digest; one that is not on this machine is pulled if that works within
   * a short time.
   *
   * @throws UnknownImage when there is none, with what to do next
   */
  LocalImage find(String nameOrDigest) throws UnknownImage;

  /**
   * Writes an image into a layout, beside those that are there. The manifest depends on the image's
   * id alone, so that everyone who packs an image packs the same.
   *
   * @param progress told the number of bytes written so far, now and then
   * @return the digest of the manifest
   * @throws IOException when the layout cannot be written
   */
  Digest export(LocalImage image, ImageLayout layout, LongConsumer progress) throws IOException;
}
