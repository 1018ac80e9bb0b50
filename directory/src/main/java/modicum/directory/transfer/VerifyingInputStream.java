package modicum.directory.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;
import modicum.protocol.content.Sha256;
import modicum.protocol.encoding.Bytes32;

/**
 * Passes content on while it counts and hashes it. The last bytes are handed over only when the
 * whole is known to be right, so that a receiver which needs all of them never completes a wrong
 * object.
 *
 * <p>Fails with {@link ContentMismatch}, and never reads more than one byte beyond the size.
 */
public final class VerifyingInputStream extends InputStream {
  private final InputStream in;
  private final Digest expected;
  private final TransferProgress progress;
  private final MessageDigest sha256 = Sha256.newDigest();
  private long moved;
  private boolean verified;

  public VerifyingInputStream(InputStream in, Digest expected, TransferProgress progress) {
    this.in = in;
    this.expected = expected;
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (moved == expected.size()) {
      verifyOnce();
      return -1;
    }
    int n = in.read(buffer, offset, (int) Math.min(length, expected.size() - moved));
    if (n < 0) {
      throw new ContentMismatch(
          expected + " ended after " + moved + " of " + expected.size() + " bytes");
    }
    sha256.update(buffer, offset, n);
    moved += n;
    if (moved == expected.size()) {
      verifyOnce();
    }
    progress.moved(moved, expected.size());
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void verifyOnce() throws IOException {
    if (verified) {
      return;
    }
    if (in.read() >= 0) {
      throw new ContentMismatch(expected + " is longer than " + expected.size() + " bytes");
    }
    Bytes32 actual = Bytes32.of(sha256.digest());
    if (!actual.equals(expected.sha256())) {
      throw new ContentMismatch(expected + " has other bytes: sha256:" + actual.toHex());
    }
    verified = true;
  }
}
