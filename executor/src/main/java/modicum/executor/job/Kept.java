package modicum.executor.job;

import java.nio.file.Path;
import modicum.directory.Directory;
import modicum.directory.ForwardingDirectory;
import modicum.directory.ObjectCorrupt;
import modicum.directory.ObjectNotFound;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.identity.Address;

/** A directory of which some files are here already. */
final class Kept extends ForwardingDirectory {
  private final Directory directory;
  private final KeptInputs inputs;

  Kept(Directory directory, KeptInputs inputs) {
    super(directory);
    this.directory = directory;
    this.inputs = inputs;
  }

  @Override
  public void fetch(Address owner, Digest digest, Path target, TransferProgress progress)
      throws ObjectNotFound, ObjectCorrupt {
    inputs.fetch(directory, owner, digest, target, progress);
  }
}
