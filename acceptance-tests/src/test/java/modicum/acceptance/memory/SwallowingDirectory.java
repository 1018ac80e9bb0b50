package modicum.acceptance.memory;

import modicum.directory.Directory;
import modicum.directory.ForwardingDirectory;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;

/** The directory as a provider uses it that keeps its results to itself. */
final class SwallowingDirectory extends ForwardingDirectory {
  SwallowingDirectory(Directory real) {
    super(real);
  }

  @Override
  public void put(Digest digest, ContentSource content, TransferProgress progress) {}
}
