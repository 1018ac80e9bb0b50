package modicum.jobcreator;

import java.time.Instant;

/** Block times for people. */
public final class BlockTimes {
  private BlockTimes() {}

  /**
   * @param blockTime seconds since 1970
   */
  public static String forPeople(long blockTime) {
    return Instant.ofEpochSecond(blockTime).toString();
  }
}
