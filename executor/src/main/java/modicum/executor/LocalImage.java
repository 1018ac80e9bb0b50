package modicum.executor;

import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Architecture;
import modicum.protocol.job.ImageReference;

/**
 * An image on this machine.
 *
 * @param name as it was asked for
 * @param id SHA-256 of its configuration
 * @param baseLayer diff id of its lowest layer
 * @param size bytes, unpacked; about those of its layers
 */
public record LocalImage(
    String name, Bytes32 id, Bytes32 baseLayer, Architecture architecture, long size) {
  /** This image as a job names it, once its manifest is known. */
  public ImageReference reference(Digest manifest) {
    return new ImageReference(manifest, id, baseLayer);
  }
}
