package modicum.directory.wire;

import java.util.List;

/**
 * The JSON bodies between a hosted directory and its clients. Digests, hashes and addresses are
 * texts as their types print them; both sides check them when they read.
 */
public final class Messages {
  private Messages() {}

  /**
   * Asks to put an object into the requester's name space.
   *
   * @param digest {@code sha256:<hex>/<size>}
   */
  public record UploadRequest(String digest) {}

  /**
   * @param present whether it is there already; then there is no URL
   * @param url where to PUT the bytes
   */
  public record UploadGrant(boolean present, String url) {}

  /** Asks to get an object. */
  public record DownloadRequest(String owner, String sha256) {}

  /**
   * @param url where to GET the bytes
   * @param size bytes, as stored
   */
  public record DownloadGrant(String url, long size) {}

  /** An object that the requester may read is there. */
  public record ObjectDescription(long size) {}

  /** Where a result is: digest of its manifest. */
  public record ResultAnnouncement(String manifest) {}

  /**
   * A note to be left.
   *
   * @param note its bytes in base 64
   */
  public record NoteToLeave(String note) {}

  /**
   * A note as it was left.
   *
   * @param note its bytes in base 64
   * @param leftAt by the directory's clock, seconds since 1970
   */
  public record LeftNote(String note, long leftAt) {}

  /**
   * @param time the directory's clock, seconds since 1970
   * @param storage whether its storage answers
   */
  public record Status(String directory, long time, boolean storage) {}

  /** {@link modicum.directory.UptimeRecord}. */
  public record Uptime(
      String directory, long from, long to, List<UptimeInterval> up, String signature) {}

  public record UptimeInterval(long from, long to) {}

  /**
   * @param error what is wrong
   * @param hint what to do
   */
  public record Trouble(String error, String hint) {}
}
