package modicum.directory;

/** Tells when a directory was available, for those who judge whose fault a missing object is. */
public interface UptimeSource {
  /** No question spans more, seconds. */
  long LONGEST_RANGE = 31L * 24 * 3600;

  /**
   * The directory's own signed record.
   *
   * @param from seconds since 1970
   * @param to seconds since 1970, not before {@code from}, at most {@link #LONGEST_RANGE} later
   * @throws DirectoryUnavailable it does not answer, or its record is not signed by it
   */
  UptimeRecord uptime(long from, long to);
}
