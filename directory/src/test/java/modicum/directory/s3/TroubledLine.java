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

/** A line to a server, that can be slow, break, and be down. */
public final class TroubledLine implements AutoCloseable {
  private static final int PIECE = 4096;

  private final URI server;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong carried = new AtomicLong();
  private volatile long cutAt = Long.MAX_VALUE;
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private volatile boolean down;

  public TroubledLine(URI server) {
    this.server = server;
    try {
      this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.submit(this::accept);
  }

  /** The settings of the server, reached over this line. */
  S3Settings settings(S3Settings direct) {
    URI here = URI.create("http://127.0.0.1:" + door.getLocalPort());
    return new S3Settings(
        here, direct.region(), direct.accessKey(), direct.secretKey(), direct.bucket());
  }

  /** The settings of a service whose presigned URLs lead over this line. */
  public S3Settings publicSettings(S3Settings direct) {
    return new S3Settings(
        direct.endpoint(),
        settings(direct).endpoint(),
        direct.region(),
        direct.accessKey(),
        direct.secretKey(),
        direct.bucket());
  }

  /** Bytes that have passed, in both directions. */
  public long carried() {
    return carried.get();
  }

  /** Breaks every connection once, when so many more bytes have passed. */
  public void breakAfter(long bytes) {
    cutAt = carried.get() + bytes;
  }

  void slowTo(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  void goDown() {
    down = true;
    breakAll();
  }

  void comeUp() {
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
        Socket target = new Socket(server.getHost(), server.getPort());
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

  /** Small reads on a slow line, so that it is slow evenly. */
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
