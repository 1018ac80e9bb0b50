package modicum.directory.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Ends a download that no longer moves. The JDK's HTTP client waits for ever for the next byte of a
 * body, so a silent server could hold its reader for ever.
 */
final class StallGuard extends FilterInputStream {
  private final Duration longestSilence;
  private final Thread watch;
  private volatile long lastByteAt = System.nanoTime();
  private volatile boolean stalled;
  private volatile boolean closed;

  StallGuard(InputStream in, Duration longestSilence) {
    super(in);
    this.longestSilence = longestSilence;
    this.watch = Thread.ofVirtual().name("directory-stall-guard").start(this::watch);
  }

  private void watch() {
    try {
      while (!closed) {
        long left = longestSilence.toNanos() - (System.nanoTime() - lastByteAt);
        if (left <= 0) {
          stalled = true;
          in.close();
          return;
        }
        Thread.sleep(Duration.ofNanos(left));
      }
    } catch (InterruptedException | IOException over) {
      // Closed by the reader, or nothing left to close.
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int n = in.read(buffer, offset, length);
      // The end that our own closing causes is not the end of the content.
      requireMoving();
      lastByteAt = System.nanoTime();
      return n;
    } catch (IOException e) {
      requireMoving();
      throw e;
    }
  }

  private void requireMoving() throws IOException {
    if (stalled) {
      throw new IOException("no byte came for " + longestSilence.toSeconds() + " seconds");
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    watch.interrupt();
    in.close();
  }
}
