package modicum.executor.output;

/**
 * How much is in an output folder.
 *
 * @param bytes apparent size of all files: holes count, and a file counts once per name
 * @param entries files, folders, links and everything else
 * @param isTooDeep whether there are folders so deep that what is in them is not counted
 */
public record OutputSize(long bytes, long entries, boolean isTooDeep) {
  /** Of a folder that cannot be looked at. */
  public static final OutputSize UNKNOWN = new OutputSize(0, 0, false);

  /** Whether there are more files than a result may have, or folders deeper than that. */
  public boolean isOdd(long maximumEntries) {
    return entries > maximumEntries || isTooDeep;
  }
}
