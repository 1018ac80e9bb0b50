package modicum.directory.uptime;

import java.nio.charset.StandardCharsets;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;
import modicum.protocol.identity.Address;

/**
 * The small object that every registered party may read of a directory, to see whether its storage
 * gives what the directory promises. It is in the name space of the directory's own account.
 */
public final class ProbeObject {
  private ProbeObject() {}

  public static byte[] content(Address directory) {
    return ("modicum probe object of " + directory + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  public static Digest digest(Address directory) {
    return Sha256.of(content(directory));
  }

  public static boolean is(Address directory, Address owner, Bytes32 sha256) {
    return owner.equals(directory) && sha256.equals(digest(directory).sha256());
  }
}
