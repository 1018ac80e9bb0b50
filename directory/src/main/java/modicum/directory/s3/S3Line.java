package modicum.directory.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A line to an S3 server that counts what passes, headers and all, in both directions; and that can
 * be slow, break, and be down: for measuring, and for trying out what then happens.
 */
public final class S3Line implements AutoCloseable {
  private static final int PIECE = 1 << 16;

  private final S3Settings server;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong carried = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private volatile long cutAt = Long.MAX_VALUE;
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private volatile boolean down;

  public S3Line(S3Settings server) {
    this.server = server;
    try {
      this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a line to " + server.endpoint(), e);
    }
    threads.submit(this::accept);
  }

  /** The server over this line. */
  public S3Settings settings() {
    URI here = URI.create("http://127.0.0.1:" + door.getLocalPort());
    return new S3Settings(
        here, server.region(), server.accessKey(), server.secretKey(), server.bucket());
  }

  /** The server for a service that reaches it directly, and whose URLs lead over this line. */
  public S3Settings publicSettings() {
    return new S3Settings(
        server.endpoint(),
        settings().endpoint(),
        server.region(),
        server.accessKey(),
        server.secretKey(),
        server.bucket());
  }

  /** Bytes that have passed. */
  public long carried() {
    return carried.get();
  }

  /** Bytes that have passed since the last call. */
  public long take() {
    long now = carried.get();
    return now - taken.getAndSet(now);
  }

  /** Breaks every connection once, when so many more bytes have passed. */
  public void breakAfter(long bytes) {
    cutAt = carried.get() + bytes;
  }

  /** Each connection, each way. */
  public void slowTo(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  public void goDown() {
    down = true;
    breakAll();
  }

  public void comeUp() {
    down = false;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        if (down) {
          client.close();
          continue;
        }
        Socket target = new Socket(server.endpoint().getHost(), server.endpoint().getPort());
        open.add(client);
        open.add(target);
        threads.submit(() -> carry(client, target));
        threads.submit(() -> carry(target, client));
      } catch (IOException closedOrRefused) {
        // The other side sees a connection that ends, as it would on a real line.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] piece = new byte[PIECE];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = read(in, piece); n >= 0; n = read(in, piece)) {
        out.write(piece, 0, n);
        if (carried.addAndGet(n) >= cutAt) {
          cutAt = Long.MAX_VALUE;
          breakAll();
        }
        delay(n);
      }
    } catch (IOException | InterruptedException broken) {
      // Both ends are closed.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  /** Small pieces on a slow line, so that it is slow evenly. */
  private int read(InputStream in, byte[] piece) throws IOException {
    return in.read(piece, 0, (int) Math.min(piece.length, Math.max(1, bytesPerSecond / 4)));
  }

  private void delay(int bytes) throws InterruptedException {
    if (bytesPerSecond != Long.MAX_VALUE) {
      Thread.sleep(bytes * 1000L / bytesPerSecond);
    }
  }

  private void breakAll() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException closedAlready) {
        // That is what was wanted.
      }
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    breakAll();
    threads.shutdownNow();
  }
}
