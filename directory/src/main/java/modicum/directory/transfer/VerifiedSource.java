package modicum.directory.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import modicum.directory.Directory.ContentSource;
import modicum.directory.TransferProgress;
import modicum.protocol.content.Digest;

/**
 * The content of one upload, verified while it is read. It remembers why reading failed, because a
 * sender library reports the failure of its source like one of the network.
 */
public final class VerifiedSource extends FilterInputStream {
  private Optional<IOException> failure = Optional.empty();

  private VerifiedSource(InputStream in) {
    super(in);
  }

  /**
   * @throws UncheckedIOException the source cannot be opened
   */
  public static VerifiedSource open(
      ContentSource content, Digest digest, TransferProgress progress) {
    try {
      return new VerifiedSource(new VerifyingInputStream(content.open(), digest, progress));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the content of " + digest, e);
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return super.read(buffer, offset, length);
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() {
    try {
      super.close();
    } catch (IOException ignored) {
      // What was read is verified or refused by now; closing tells nothing more.
    }
  }

  /**
   * Throws where it was the source that failed an upload: IllegalArgumentException where its
   * content is not what the digest says, UncheckedIOException where it could not be read.
   */
  public void throwIfItFailed() {
    if (failure.isEmpty()) {
      return;
    }
    IOException cause = failure.get();
    if (cause instanceof ContentMismatch) {
      throw new IllegalArgumentException("the content changed: " + cause.getMessage(), cause);
    }
    throw new UncheckedIOException("cannot read what is to be put", cause);
  }
}
