package modicum.directory.transfer;

import java.io.IOException;
import java.io.InputStream;
import modicum.directory.ObjectNotFound;

/** An object of some storage, of which any part can be asked for. */
@FunctionalInterface
public interface ByteRanges {
  /**
   * Opens a part of the object. Fewer bytes may come, when the connection breaks.
   *
   * @param from offset, bytes
   * @param length bytes
   * @throws IOException the sender failed; asking again may help
   * @throws modicum.directory.DirectoryUnavailable the same
   */
  InputStream open(long from, long length) throws IOException, ObjectNotFound;
}
