package modicum.protocol.job;

import modicum.protocol.content.Digest;
import modicum.protocol.encoding.Bytes32;

/**
 * An image, named by what it is.
 *
 * @param archive the image as a Docker archive in the directory
 * @param id SHA-256 of the image's configuration: what the engine calls the image's id
 * @param baseLayer SHA-256 of the image's lowest layer, uncompressed (its diff id)
 */
public record ImageReference(Digest archive, Bytes32 id, Bytes32 baseLayer) {}
