package modicum.mediator;

import java.nio.file.Path;
import java.util.Optional;
import modicum.protocol.content.Manifest;

/**
 * What is known of the result that a provider claims.
 *
 * @param manifest verified to be the one that was posted; empty where it is not there
 * @param folder its files, where they were fetched
 * @param bytesMoved for it
 * @param why one line for people: what is missing
 */
record ClaimedResult(
    Optional<Manifest> manifest, Optional<Path> folder, long bytesMoved, String why) {
  static ClaimedResult missing(String why, long bytesMoved) {
    return new ClaimedResult(Optional.empty(), Optional.empty(), bytesMoved, why);
  }
}
