package modicum.directory.uptime;

import modicum.directory.DirectoryUnavailable;

/**
 * Tells when a directory was available, for those who judge whose fault a missing object is. Every
 * method throws {@link DirectoryUnavailable} when it does not answer, and {@link UptimeUnproven}
 * when its answer proves nothing.
 */
public interface UptimeSource {
  /** No question spans more, seconds. */
  long LONGEST_RANGE = 31L * 24 * 3600;

  /** No record has more beats; who needs more asks for a shorter range. */
  int MOST_BEATS = 400_000;

  /**
   * The directory's own record, verified: the hashes fit, and its head is signed by it.
   *
   * @param from seconds since 1970
   * @param to seconds since 1970, not before {@code from}, at most {@link #LONGEST_RANGE} later
   */
  UptimeRecord uptime(long from, long to) throws UptimeUnproven;

  /** The newest beat, signed; cheap. */
  UptimeHead head() throws UptimeUnproven;

  /**
   * Does what a party does: asks for a small object as ourselves, and reads it from the storage.
   *
   * @return the head, once the object is read and verified
   */
  UptimeHead probe() throws UptimeUnproven;
}
