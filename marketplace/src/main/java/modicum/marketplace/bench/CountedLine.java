package modicum.marketplace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import modicum.directory.s3.S3Settings;

/** A line to an S3 server that counts what passes, headers and all, in both directions. */
final class CountedLine implements AutoCloseable {
  private static final int PIECE = 1 << 16;

  private final S3Settings server;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong bytes = new AtomicLong();

  CountedLine(S3Settings server) {
    this.server = server;
    try {
      this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a line to " + server, e);
    }
    threads.submit(this::accept);
  }

  /** The server over this line. */
  S3Settings settings() {
    return new S3Settings(
        URI.create("http://127.0.0.1:" + door.getLocalPort()),
        server.region(),
        server.accessKey(),
        server.secretKey(),
        server.bucket());
  }

  /** Bytes since the last call. */
  long take() {
    return bytes.getAndSet(0);
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket target = new Socket(server.endpoint().getHost(), server.endpoint().getPort());
        threads.submit(() -> carry(client, target));
        threads.submit(() -> carry(target, client));
      } catch (IOException closedOrRefused) {
        // The client sees a connection that ends.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] piece = new byte[PIECE];
    try (from;
        to) {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        bytes.addAndGet(n);
        out.write(piece, 0, n);
      }
    } catch (IOException ended) {
      // Both ends are closed.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
