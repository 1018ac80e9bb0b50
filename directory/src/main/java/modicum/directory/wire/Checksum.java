package modicum.directory.wire;

import java.util.Base64;
import modicum.protocol.encoding.Bytes32;

/** The header of an upload by which an S3 service itself refuses other bytes. */
public final class Checksum {
  public static final String HEADER = "x-amz-checksum-sha256";

  private Checksum() {}

  public static String value(Bytes32 sha256) {
    return Base64.getEncoder().encodeToString(sha256.toArray());
  }
}
