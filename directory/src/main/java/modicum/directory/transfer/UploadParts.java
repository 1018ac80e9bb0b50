package modicum.directory.transfer;

import java.util.Map;
import java.util.Optional;
import modicum.directory.ObjectNotFound;

/**
 * The parts of one upload, wherever they go. What was sent stays there when the sender is killed;
 * the sender keeps nothing.
 *
 * <p>Every method throws {@link modicum.directory.DirectoryUnavailable} when the storage does not
 * answer. Parts may be sent at the same time.
 */
public interface UploadParts {
  /**
   * Begins the upload, or finds the one that an earlier attempt began.
   *
   * @return the parts that are there, by number; empty where the whole object is
   */
  Optional<Map<Integer, StoredPart>> begin();

  /**
   * Sends a part in place of what is there of that number.
   *
   * @param number from 1 on
   * @throws ObjectNotFound the upload has ended, or was given up: begin again
   */
  void send(int number, byte[] part) throws ObjectNotFound;

  /**
   * Makes the parts an object.
   *
   * @return false where the parts that are there are not the whole: begin again
   */
  boolean complete();

  /** Takes back what was sent. */
  void abandon();
}
