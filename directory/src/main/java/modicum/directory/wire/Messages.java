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
   * @param url where to PUT the bytes; none for a large object, which goes in parts
   */
  public record UploadGrant(boolean present, String url) {}

  /**
   * Parts of an upload that are there.
   *
   * @param next after which number to ask for more; null where there are no more
   */
  public record UploadedParts(List<UploadedPart> parts, Integer next) {}

  /**
   * @param number from 1 on
   * @param size bytes
   * @param tag entity tag, as the storage gives it
   */
  public record UploadedPart(int number, long size, String tag) {}

  /**
   * Asks to put a part of an object whose upload was granted.
   *
   * @param digest the object's
   * @param sha256 the part's
   */
  public record PartRequest(String digest, int number, String sha256) {}

  /**
   * @param url where to PUT the part
   */
  public record PartGrant(String url) {}

  /**
   * @param complete whether the object is there; where it is not, parts are missing
   */
  public record UploadEnd(boolean complete) {}

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

  /**
   * Where a chain of beats begins.
   *
   * @param brokenChain with the next two: the chain that broke before; null for none
   */
  public record Chain(
      String directory,
      long began,
      long period,
      String brokenChain,
      Long brokenAfter,
      String brokenHash) {}

  /**
   * {@link modicum.directory.uptime.UptimeHead}.
   *
   * @param block that the beat names, with its hash; null for none
   */
  public record Head(
      Chain chain,
      long number,
      long time,
      Long block,
      String blockHash,
      String previous,
      String signature) {}

  /**
   * {@link modicum.directory.uptime.UptimeRecord}, or a page of one.
   *
   * @param first number of the first beat
   * @param before the chain's hash before it
   * @param beats see {@link modicum.directory.uptime.BeatText}
   * @param signature of the last beat as head
   * @param more whether there is a page after this one
   */
  public record Uptime(
      Chain chain,
      long from,
      long to,
      long first,
      String before,
      String beats,
      String signature,
      boolean more) {}

  /**
   * @param error what is wrong
   * @param hint what to do
   */
  public record Trouble(String error, String hint) {}
}
