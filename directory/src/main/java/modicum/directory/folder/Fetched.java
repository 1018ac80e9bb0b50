package modicum.directory.folder;

import modicum.protocol.content.Manifest;

/** What became of fetching a folder. */
public sealed interface Fetched {
  /**
   * It is there.
   *
   * @param bytesMoved bytes that crossed the network, the manifest's included
   */
  record Complete(Manifest manifest, long bytesMoved) implements Fetched {}

  /**
   * It is larger than was allowed, and nothing but its manifest was fetched.
   *
   * @param size bytes of all its files
   * @param limit bytes
   */
  record TooLarge(long size, long limit, long bytesMoved) implements Fetched {}
}
