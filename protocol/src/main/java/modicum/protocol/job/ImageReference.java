package modicum.protocol.job;

import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;

/**
 * An image, named by what it is.
 *
 * @param manifest the image's OCI manifest in the directory, which names configuration and layers
 * @param id SHA-256 of the image's configuration: what the engine calls the image's id
 * @param baseLayer SHA-256 of the image's lowest layer, uncompressed (its diff id)
 */
public record ImageReference(Digest manifest, Bytes32 id, Bytes32 baseLayer) {}
